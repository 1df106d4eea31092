using System.Text;
using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Storing;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>What each shape says that servers put on the wire, taken apart from its recorded bytes. No host, no store.</summary>
public sealed class DeliveryShapesTests
{
    private const string Ehr = "https://ehr.example.org/fhir/";
    private const string Google = "https://healthcare.googleapis.com/v1/projects/p/locations/eu/datasets/d/fhirStores/s/fhir/";
    private const string Azure = "https://acct.fhir.azurehealthcareapis.com/";

    [Theory]
    [InlineData("\"7\"", "\"5\"")]
    [InlineData("7", "5")]
    public void R4B_has_its_events_in_a_SubscriptionStatus_and_numbers_as_text_or_number(string count, string number)
    {
        var notification = Read($$"""
            {"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"SubscriptionStatus","status":"active",
             "type":"event-notification","eventsSinceSubscriptionStart":{{count}},"notificationEvent":[{"id":"6c0e-1","eventNumber":{{number}},
             "timestamp":"2026-11-22T07:00:00Z","focus":{"reference":"Observation/anc-9001"} }],"subscription":{"reference":"Subscription/s1"},
             "topic":"https://topics.example.org/lab"},"request":{"method":"GET","url":"Subscription/s1/$status"},"response":{"status":"200"} }]}
            """);

        Assert.Equal(["Observation/anc-9001"], NamesOf(notification));
        Assert.Equal((NotificationKind.Event, "Subscription/s1", "active", 7L), (notification.Kind, notification.Heard!.Reference, notification.Heard.Status, notification.Heard.EventsSinceStart));
        Assert.Equal([new HeardEvent(5, "6c0e-1", new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero))], notification.Heard.Events);
        Assert.False(notification.AsksCatchUp);
    }

    [Fact]
    public void Microsofts_branch_says_the_focus_as_a_uri_the_time_as_a_dateTime_and_no_numbers()
    {
        var notification = Read("""
            {"resourceType":"Bundle","type":"history","timestamp":"2026-11-22T07:00:00+00:00","entry":[{"resource":{"resourceType":"Parameters","parameter":[
             {"name":"subscription","valueReference":{"reference":"https://ehr.example.org/fhir/Subscription/ms-1"}},
             {"name":"topic","valueUri":"https://topics.example.org/lab"},{"name":"status","valueCode":"active"},{"name":"type","valueCode":"event-notification"},
             {"name":"notification-event","part":[{"name":"focus","valueUri":"https://ehr.example.org/fhir/Observation/anc-9001"},
              {"name":"timestamp","valueDateTime":"2026-11-22T06:59:58+00:00"}]}]}}]}
            """);

        Assert.Equal(["Observation/anc-9001"], NamesOf(notification));
        var heard = Assert.Single(notification.Heard!.Events);
        Assert.Equal((null, new DateTimeOffset(2026, 11, 22, 6, 59, 58, TimeSpan.Zero)), (heard.Number, heard.At));
        Assert.Null(notification.Heard.EventsSinceStart);
    }

    [Fact]
    public void HAPI_types_its_topic_Bundle_as_transaction_doubles_the_type_and_gives_the_day_only()
    {
        var notification = Read("""
            {"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Parameters","parameter":[
             {"name":"subscription","valueReference":{"reference":"Subscription/1"}},{"name":"status","valueCode":"ACTIVE"},{"name":"type","valueCode":"EVENT-notification"},
             {"name":"events-since-subscription-start","valueInteger":3},
             {"name":"notification-event","part":[{"name":"event-number","valueInteger":3},{"name":"timestamp","valueInstant":"2026-11-22"},
              {"name":"focus","valueReference":{"reference":"Observation/Observation/1"}}]}]}}]}
            """);

        Assert.Equal(["Observation/1"], NamesOf(notification));
        Assert.Equal((NotificationKind.Event, "active", 3L), (notification.Kind, notification.Heard!.Status, notification.Heard.HighestEvent));
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("batch")]
    [InlineData("collection")]
    public void HAPI_sends_search_results_as_a_Bundle_of_PUT_entries_and_may_delete_in_it(string type)
    {
        var notification = Read($$"""
            {"resourceType":"Bundle","type":"{{type}}","entry":[
             {"resource":{"resourceType":"Observation","id":"a"},"request":{"method":"PUT","url":"Observation/a"} },
             {"fullUrl":"https://ehr.example.org/fhir/Observation/b","resource":{"resourceType":"Observation","id":"b"},"request":{"method":"PUT","url":"Observation/b"} },
             {"request":{"method":"DELETE","url":"Observation/c"},"response":{"status":"204","etag":"W/\"4\"","lastModified":"2026-11-22T07:00:00Z"} }]}
            """);

        Assert.Equal((NotificationKind.Bundle, 3), (notification.Kind, notification.Items.Count));
        Assert.Equal(2, notification.Items.OfType<NotificationItem.Content>().Count());
        Assert.Equal(
            new NotificationItem.Named("Observation", "c", "4", new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero)),
            Assert.Single(notification.Items.OfType<NotificationItem.Named>()));
        Assert.Equal("Observation/b", notification.FullUrls["https://ehr.example.org/fhir/Observation/b"]);
    }

    [Fact]
    public void Several_events_are_each_heard_and_each_focus_that_no_entry_brought_is_named_once()
    {
        var notification = Read(Bodies.Notification(
            Ehr.TrimEnd('/'), "event-notification", "active", 45,
            [(43, Ehr + "Observation/a"), (44, Ehr + "Observation/b"), (45, Ehr + "Observation/b")],
            Bodies.Entry(Ehr + "Observation/a", "PUT", Bodies.Platelets("a"))));

        Assert.Equal(["Observation/b"], NamesOf(notification));
        Assert.Single(notification.Items.OfType<NotificationItem.Content>());
        Assert.Equal([43L, 44L, 45L], notification.Heard!.Events.Select(item => item.Number));
    }

    [Fact]
    public void Half_of_the_events_without_focus_need_a_poll_for_what_they_did_not_say()
    {
        var notification = Read("""
            {"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"SubscriptionStatus","type":"event-notification",
             "notificationEvent":[{"eventNumber":"1","focus":{"reference":"Observation/a"}},{"eventNumber":"2"}],"subscription":{"reference":"Subscription/s1"}}}]}
            """);

        Assert.Equal(["Observation/a"], NamesOf(notification));
        Assert.True(notification.AsksCatchUp);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(" { } ")]
    [InlineData("""{"resourceType":"Bundle","type":"history"}""")]
    public void A_sender_that_says_nothing_asks_for_a_catch_up(string body)
    {
        var notification = Read(body);

        Assert.Empty(notification.Items);
        Assert.True(notification is { AsksCatchUp: true, Supported: true });
    }

    [Theory]
    [InlineData("handshake")]
    [InlineData("heartbeat")]
    public void A_handshake_and_a_heartbeat_are_no_reason_to_poll(string type)
    {
        var notification = Read(Bodies.Notification(Ehr.TrimEnd('/'), type, "active", 3, []));

        Assert.Equal((type, false), (notification.Kind, notification.AsksCatchUp));
    }

    [Theory]
    [InlineData("""{"resourceType":"Basic","code":{"text":"SubscriptionStatus"}}""")]
    [InlineData("""{"resourceType":"SubscriptionStatus","status":"active"}""")]
    public void A_status_in_a_form_that_nobody_agreed_on_is_unsupported_and_a_poll_finds_what_it_was_about(string status)
    {
        var notification = Read($$"""{"resourceType":"Bundle","type":"history","entry":[{"resource":{{status}}}]}""");

        Assert.True(notification is { Supported: false, AsksCatchUp: true, Items: [] });
    }

    [Theory]
    [InlineData("Observation/anc-1", "Observation/anc-1")]
    [InlineData("https://ehr.example.org/fhir/Observation/anc-1/_history/2", "Observation/anc-1")]
    [InlineData("https://elsewhere.example/fhir/Observation/anc-1", null)]
    [InlineData("Observation/..", null)]
    [InlineData("Observation/anc-1\n", null)]
    [InlineData("Observation/anc 1", null)]
    public void Medplum_names_what_was_deleted_in_a_header_beside_an_empty_object(string header, string? named)
    {
        var notification = NotificationReader.Read(
            new HookRequest("POST", "{}"u8.ToArray()) { Interaction = "delete", DeletedResource = header }, new Uri(Ehr), 10);

        Assert.Equal(named is null ? [] : [named], NamesOf(notification));
        Assert.Equal(named is null, notification.Items is [NotificationItem.Unusable]);
    }

    [Fact]
    public void Medplum_may_send_what_was_deleted_along_and_it_is_not_taken_as_a_result()
    {
        var notification = NotificationReader.Read(
            new HookRequest("POST", Encoding.UTF8.GetBytes(Bodies.Platelets("plt-1"))) { Interaction = "delete" }, new Uri(Ehr), 10);

        Assert.Equal(["Observation/plt-1"], NamesOf(notification));
    }

    [Fact]
    public void A_DELETE_names_its_resource_whatever_its_body()
    {
        var path = new SourceReference("Observation", "plt-1");

        Assert.Equal(["Observation/plt-1"], NamesOf(NotificationReader.Read(new HookRequest("DELETE", "<none/>"u8.ToArray()) { Path = path }, new Uri(Ehr), 10)));
    }

    [Theory]
    [InlineData("UpdateResource")]
    [InlineData("DeleteResource")]
    public void PubSub_brings_the_name_of_a_resource_in_the_store_of_the_source(string action)
    {
        var notification = PubSub(Google["https://healthcare.googleapis.com/v1/".Length..] + "Observation/anc-9001", action, "NameOnly");

        Assert.Equal(["Observation/anc-9001"], NamesOf(notification));
    }

    [Fact]
    public void PubSub_brings_the_resource_itself()
    {
        var content = Assert.IsType<NotificationItem.Content>(Assert.Single(PubSub(Bodies.Platelets("plt-1"), "CreateResource", "FullResource").Items));

        Assert.Equal(Bodies.Platelets("plt-1"), Encoding.UTF8.GetString(content.Json.Span));
    }

    [Fact]
    public void PubSub_brings_what_was_deleted_and_it_is_not_taken_as_a_result() =>
        Assert.Equal(["Observation/plt-1"], NamesOf(PubSub(Bodies.Platelets("plt-1"), "DeleteResource", "FullResource")));

    [Theory]
    [InlineData("projects/p/locations/eu/datasets/d/fhirStores/other/fhir/Observation/anc-9001")]
    [InlineData("projects/p/locations/eu/datasets/d/fhirStores/s/fhir/../../other/fhir/Observation/anc-9001")]
    [InlineData("projects/p/locations/eu/datasets/d/fhirStores/s/fhir/https://evil.example.org/fhir/Observation/1")]
    [InlineData("https://evil.example.org/fhir/Observation/1")]
    [InlineData("nothing")]
    public void PubSub_may_not_name_a_resource_of_another_store(string name)
    {
        var notification = PubSub(name, "UpdateResource", "NameOnly");

        Assert.IsType<NotificationItem.Unusable>(Assert.Single(notification.Items));
        Assert.True(notification.AsksCatchUp);
    }

    [Theory]
    [InlineData("""{"message":{"data":"not base64!"}}""")]
    [InlineData("""{"message":"none"}""")]
    [InlineData("[]")]
    public void PubSub_without_a_message_that_can_be_read_is_refused(string envelope) =>
        Assert.IsType<NotificationItem.Unusable>(Assert.Single(Read(envelope, HookChannel.PubSub, Google).Items));

    [Fact]
    public void PubSub_without_data_is_a_ping() => Assert.Equal(Notification.Ping, Read("""{"message":{"messageId":"1"}}""", HookChannel.PubSub, Google));

    [Theory]
    [InlineData("Created")]
    [InlineData("Updated")]
    [InlineData("Deleted")]
    public void A_CloudEvent_names_a_resource(string what) =>
        Assert.Equal(["Observation/anc-9001"], NamesOf(Read(CloudEvent(what, "anc-9001"), HookChannel.EventGrid, Azure)));

    [Fact]
    public void An_Event_Grid_delivery_is_an_array_of_events_each_named_once()
    {
        var notification = Read(
            $"[{GridEvent("a")},{GridEvent("b")},{GridEvent("a")},{CloudEvent("Updated", "c")}]", HookChannel.EventGrid, Azure);

        Assert.Equal(["Observation/a", "Observation/b", "Observation/c"], NamesOf(notification));
    }

    [Fact]
    public void An_event_of_another_account_is_refused_and_does_not_stop_the_others()
    {
        var notification = Read(
            $"[{CloudEvent("Updated", "a").Replace("\"acct.fhir", "\"evil.fhir", StringComparison.Ordinal)},{GridEvent("b")}]", HookChannel.EventGrid, Azure);

        Assert.Equal(["Observation/b"], NamesOf(notification));
        Assert.Single(notification.Items.OfType<NotificationItem.Unusable>());
    }

    [Fact]
    public void An_event_that_is_about_no_FHIR_resource_is_unsupported() =>
        Assert.False(Read("""{"specversion":"1.0","type":"Microsoft.HealthcareApis.DicomImageCreated","data":{}}""", HookChannel.EventGrid, Azure).Supported);

    [Fact]
    public void More_entries_or_events_than_allowed_are_refused_as_a_whole()
    {
        var entries = Enumerable.Range(0, 11).Select(i => Bodies.Entry(Ehr + "Observation/o" + i, "PUT", Bodies.Platelets("o" + i)));
        var events = Enumerable.Range(0, 11).Select(i => ((long)i, Ehr + "Observation/o" + i));

        Assert.IsType<NotificationItem.Unusable>(Assert.Single(Read(Bodies.Notification(Ehr, "event-notification", "active", 11, [], [.. entries])).Items));
        Assert.IsType<NotificationItem.Unusable>(Assert.Single(Read(Bodies.Notification(Ehr, "event-notification", "active", 11, events)).Items));
        Assert.IsType<NotificationItem.Unusable>(Assert.Single(
            Read($"[{string.Join(',', Enumerable.Repeat(GridEvent("a"), 11))}]", HookChannel.EventGrid, Azure).Items));
    }

    [Theory]
    [InlineData("https://elsewhere.example/fhir/Subscription/s1", true)]
    [InlineData("Subscription/s1\\r\\nWARNING: all is well", false)]
    [InlineData("a name with spaces", false)]
    public void A_subscription_is_known_by_a_reference_and_by_nothing_that_could_forge_a_line_of_a_log(string reference, bool isKept)
    {
        var notification = Read($$"""
            {"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"SubscriptionStatus","type":"handshake",
             "subscription":{"reference":"{{reference}}"} } } ]}
            """);

        Assert.Equal(NotificationKind.Handshake, notification.Kind);
        Assert.Equal(isKept, notification.Heard is not null);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_JSON() =>
        Assert.Throws<JsonException>(() => Read("""{"message":{"data":"\ud800"}}""", HookChannel.PubSub, Google));

    private static Notification PubSub(string data, string action, string payloadType) => Read(
        $$$"""
        {"message":{"attributes":{"action":"{{{action}}}","resourceType":"Observation","payloadType":"{{{payloadType}}}","versionId":"MTY2",
          "lastUpdatedTime":"Sun, 22 Nov 2026 07:00:00 UTC"},"data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}}","messageId":"1",
          "publishTime":"2026-11-22T07:00:00Z"},"subscription":"projects/p/subscriptions/s"}
        """, HookChannel.PubSub, Google);

    private static string CloudEvent(string what, string id) => $$$"""
        {"specversion":"1.0","id":"e1","type":"Microsoft.HealthcareApis.FhirResource{{{what}}}","source":"/subscriptions/x/fhirservices/x",
         "subject":"acct.fhir.azurehealthcareapis.com/Observation/{{{id}}}","time":"2026-11-22T07:00:00Z",
         "data":{"resourceType":"Observation","resourceFhirAccount":"acct.fhir.azurehealthcareapis.com","resourceFhirId":"{{{id}}}","resourceVersionId":2}}
        """;

    private static string GridEvent(string id) => $$$"""
        {"id":"e1","topic":"/subscriptions/x","subject":"acct.fhir.azurehealthcareapis.com/Observation/{{{id}}}","dataVersion":"2","metadataVersion":"1",
         "eventType":"Microsoft.HealthcareApis.FhirResourceUpdated","eventTime":"2026-11-22T07:00:00Z",
         "data":{"resourceType":"Observation","resourceFhirAccount":"acct.fhir.azurehealthcareapis.com","resourceFhirId":"{{{id}}}","resourceVersionId":1}}
        """;

    private static Notification Read(string body, string? channel = null, string source = Ehr) =>
        NotificationReader.Read(new HookRequest("POST", Encoding.UTF8.GetBytes(body)) { Channel = channel }, new Uri(source), maxEntries: 10);

    private static IEnumerable<string> NamesOf(Notification notification) =>
        notification.Items.OfType<NotificationItem.Named>().Select(item => $"{item.Type}/{item.Id}");
}
