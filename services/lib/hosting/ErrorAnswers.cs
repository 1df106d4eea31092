using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.Hosting;

/// <summary>
/// The last resort: an error that no route has put into words is an OperationOutcome below <c>/fhir</c> and problem+json elsewhere. The log gets
/// the type and the stack of an exception, never its text, which may quote what a hospital sent.
/// </summary>
internal static partial class ErrorAnswers
{
    public static void UseCartErrors(this WebApplication app, ILogger log)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = _ => true,
            ExceptionHandler = context =>
            {
                if (context.Features.Get<IExceptionHandlerFeature>()?.Error is { } error) Log.Unhandled(log, error.GetType().Name, error.StackTrace);
                return WriteAsync(context);
            },
        });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext));
    }

    private static Task WriteAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var isFhir = context.Request.Path.StartsWithSegments("/fhir", StringComparison.Ordinal);
        context.Response.ContentType = isFhir ? "application/fhir+json; charset=utf-8" : "application/problem+json";
        object body = isFhir
            ? new { resourceType = "OperationOutcome", issue = new[] { new { severity = "error", code = IssueCode(status) } } }
            : new { status, traceId = Activity.Current?.TraceId.ToString() };
        return JsonSerializer.SerializeAsync(context.Response.Body, body, cancellationToken: context.RequestAborted);
    }

    private static string IssueCode(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "invalid",
        StatusCodes.Status401Unauthorized => "login",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType => "not-supported",
        StatusCodes.Status413PayloadTooLarge => "too-long",
        _ => "exception",
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A request failed: {Type}{Stack}")]
        public static partial void Unhandled(ILogger logger, string type, string? stack);
    }
}
