using CarT.Fhir.Listener.Sources;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>One Subscription that we want.</summary>
/// <param name="Source">Where it is to stand.</param>
/// <param name="Wanted">As we want it.</param>
/// <param name="Found">What stands for it there; null when the search does not show what we remember.</param>
/// <param name="Other">Another one with our hook and these criteria that the search shows, or null.</param>
/// <param name="Memory">What is remembered of it.</param>
internal sealed record SubscriptionCase(Source Source, Subscription Wanted, Subscription? Found, Subscription? Other, Supervised Memory);
