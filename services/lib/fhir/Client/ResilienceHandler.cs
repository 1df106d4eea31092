using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CarT.Fhir.R4.Client;

/// <summary>
/// One Polly pipeline per FHIR server: a circuit breaker around quick, jittered retries around a time-out per attempt. Only reads are retried here:
/// what a failed write did is unknown, and its caller searches first. Longer waits belong to a next-attempt column, never to a sleeping request.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<bool> IsRead = new("cart.is-read");
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    public ResilienceHandler(TimeProvider time, TimeSpan attemptTimeout, int quickRetries, HttpMessageHandler inner)
        : base(inner)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time, Name = "fhir-server" }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.9,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
                ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
            });
        if (quickRetries > 0) builder.AddRetry(QuickRetries(quickRetries));
        pipeline = builder.AddTimeout(attemptTimeout).Build();
    }

    private static RetryStrategyOptions<HttpResponseMessage> QuickRetries(int count) => new()
    {
        MaxRetryAttempts = count,
        Delay = TimeSpan.FromMilliseconds(200),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = args => ValueTask.FromResult(args.Context.Properties.GetValue(IsRead, false) && IsTransient(args.Outcome)),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(IsRead, request.Method == HttpMethod.Get);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, state) => await state.Handler.SendOnceAsync(state.Request, context.CancellationToken), context, (Handler: this, Request: request));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancel) => base.SendAsync(request, cancel);

    // 503 with Retry-After is an instruction, not a fault: the caller pauses this server.
    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or IOException or InvalidDataException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout } => true,
        { Result: { StatusCode: HttpStatusCode.ServiceUnavailable } response } => response.Headers.RetryAfter is null,
        _ => false,
    };
}
