using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Write-back and one live charting system, started anew for each test.</summary>
public abstract class ChartingSystemTests : IAsyncLifetime
{
    private protected ChartingSystem Chart { get; private set; } = null!;

    private protected WriteBackHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Chart = await ChartingSystem.StartAsync();
        Host = await WriteBackHost.StartAsync(Chart, WriteBackHost.NewStore());
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Chart.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers with a bare status in place of the server.</summary>
    private protected static Task<bool> Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    /// <summary>Handles the first request of this kind; the server answers the others.</summary>
    private protected static Func<HttpContext, Func<Task>, Task<bool>> OnceFor(string method, string type, Func<HttpContext, Func<Task>, Task> handle)
    {
        var done = 0;
        return async (context, answer) =>
        {
            if (context.Request.Method != method || !context.Request.Path.StartsWithSegments("/fhir/" + type, StringComparison.Ordinal)) return false;
            if (Interlocked.Exchange(ref done, 1) == 1) return false;
            await handle(context, answer);
            return true;
        };
    }
}
