using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>
/// What may be said of an exception outside of this process: its types and codes, and its text only where that speaks of a connection or a setting.
/// The text of any other may quote what a hospital sent: a parser quotes the number that it could not read, a database the value that it did not take.
/// </summary>
internal static class FaultText
{
    // Connection, credential, no such database, no resources, shutdown (PostgreSQL, appendix A).
    private static readonly string[] SafeSqlStates = ["08", "28", "3D", "53", "57"];

    /// <summary>The types from the outermost in, each with its code or its text where that is safe.</summary>
    public static string Of(Exception exception) => string.Join(" <- ", Chain(exception).Select(One));

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException) yield return exception;
    }

    private static string One(Exception exception)
    {
        var name = exception.GetType().Name;
        if (exception is FaultWithoutText) return exception.Message;
        if (IsSafe(exception)) return $"{name}: {exception.Message}";
        return exception switch
        {
            DbException { SqlState: { Length: > 0 } state } => $"{name} {state}",
            DbException database => $"{name} {database.ErrorCode}",
            _ => name,
        };
    }

    private static bool IsSafe(Exception exception) => exception switch
    {
        MessageContractException or CartOptionsException or SocketException or AuthenticationException => true,
        DbException { SqlState: { Length: > 2 } state } => SafeSqlStates.Contains(state[..2]),
        _ => exception.GetType().Namespace?.StartsWith("RabbitMQ.Client", StringComparison.Ordinal) == true,
    };
}

/// <summary>Stands for an exception where that would go to a log, a span or the header of a moved message: same stack, no text of others.</summary>
internal sealed class FaultWithoutText(Exception exception) : Exception(FaultText.Of(exception))
{
    /// <inheritdoc/>
    public override string? StackTrace { get; } = exception.StackTrace;

    /// <inheritdoc/>
    public override string ToString() => Message + Environment.NewLine + StackTrace;
}
