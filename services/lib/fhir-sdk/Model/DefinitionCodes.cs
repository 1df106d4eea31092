using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

// The code systems of definitions and of capabilities. Literals are those of R4 (4.0.1).

public enum ActionCardinalityBehavior
{
    [EnumLiteral("single")] Single,
    [EnumLiteral("multiple")] Multiple,
}

public enum ActionConditionKind
{
    [EnumLiteral("applicability")] Applicability,
    [EnumLiteral("start")] Start,
    [EnumLiteral("stop")] Stop,
}

public enum ActionGroupingBehavior
{
    [EnumLiteral("visual-group")] VisualGroup,
    [EnumLiteral("logical-group")] LogicalGroup,
    [EnumLiteral("sentence-group")] SentenceGroup,
}

public enum ActionParticipantType
{
    [EnumLiteral("patient")] Patient,
    [EnumLiteral("practitioner")] Practitioner,
    [EnumLiteral("related-person")] RelatedPerson,
    [EnumLiteral("device")] Device,
}

public enum ActionPrecheckBehavior
{
    [EnumLiteral("yes")] Yes,
    [EnumLiteral("no")] No,
}

public enum ActionRelationshipType
{
    [EnumLiteral("before-start")] BeforeStart,
    [EnumLiteral("before")] Before,
    [EnumLiteral("before-end")] BeforeEnd,
    [EnumLiteral("concurrent-with-start")] ConcurrentWithStart,
    [EnumLiteral("concurrent")] Concurrent,
    [EnumLiteral("concurrent-with-end")] ConcurrentWithEnd,
    [EnumLiteral("after-start")] AfterStart,
    [EnumLiteral("after")] After,
    [EnumLiteral("after-end")] AfterEnd,
}

public enum ActionRequiredBehavior
{
    [EnumLiteral("must")] Must,
    [EnumLiteral("could")] Could,
    [EnumLiteral("must-unless-documented")] MustUnlessDocumented,
}

public enum ActionSelectionBehavior
{
    [EnumLiteral("any")] Any,
    [EnumLiteral("all")] All,
    [EnumLiteral("all-or-none")] AllOrNone,
    [EnumLiteral("exactly-one")] ExactlyOne,
    [EnumLiteral("at-most-one")] AtMostOne,
    [EnumLiteral("one-or-more")] OneOrMore,
}

public enum CapabilityStatementKind
{
    [EnumLiteral("instance")] Instance,
    [EnumLiteral("capability")] Capability,
    [EnumLiteral("requirements")] Requirements,
}

public enum OperationParameterUse
{
    [EnumLiteral("in")] In,
    [EnumLiteral("out")] Out,
}

public enum PublicationStatus
{
    [EnumLiteral("draft")] Draft,
    [EnumLiteral("active")] Active,
    [EnumLiteral("retired")] Retired,
    [EnumLiteral("unknown")] Unknown,
}

public enum SearchParamType
{
    [EnumLiteral("number")] Number,
    [EnumLiteral("date")] Date,
    [EnumLiteral("string")] String,
    [EnumLiteral("token")] Token,
    [EnumLiteral("reference")] Reference,
    [EnumLiteral("composite")] Composite,
    [EnumLiteral("quantity")] Quantity,
    [EnumLiteral("uri")] Uri,
    [EnumLiteral("special")] Special,
}

public enum FHIRVersion
{
    [EnumLiteral("0.01")] N0_01, [EnumLiteral("0.05")] N0_05, [EnumLiteral("0.06")] N0_06, [EnumLiteral("0.11")] N0_11, [EnumLiteral("0.0")] N0_0,
    [EnumLiteral("0.0.80")] N0_0_80, [EnumLiteral("0.0.81")] N0_0_81, [EnumLiteral("0.0.82")] N0_0_82, [EnumLiteral("0.4")] N0_4,
    [EnumLiteral("0.4.0")] N0_4_0, [EnumLiteral("0.5")] N0_5, [EnumLiteral("0.5.0")] N0_5_0, [EnumLiteral("1.0")] N1_0, [EnumLiteral("1.0.0")] N1_0_0,
    [EnumLiteral("1.0.1")] N1_0_1, [EnumLiteral("1.0.2")] N1_0_2, [EnumLiteral("1.1")] N1_1, [EnumLiteral("1.1.0")] N1_1_0, [EnumLiteral("1.4")] N1_4,
    [EnumLiteral("1.4.0")] N1_4_0, [EnumLiteral("1.6")] N1_6, [EnumLiteral("1.6.0")] N1_6_0, [EnumLiteral("1.8")] N1_8, [EnumLiteral("1.8.0")] N1_8_0,
    [EnumLiteral("3.0")] N3_0, [EnumLiteral("3.0.0")] N3_0_0, [EnumLiteral("3.0.1")] N3_0_1, [EnumLiteral("3.0.2")] N3_0_2, [EnumLiteral("3.3")] N3_3,
    [EnumLiteral("3.3.0")] N3_3_0, [EnumLiteral("3.5")] N3_5, [EnumLiteral("3.5.0")] N3_5_0, [EnumLiteral("4.0")] N4_0, [EnumLiteral("4.0.0")] N4_0_0,
    [EnumLiteral("4.0.1")] N4_0_1, [EnumLiteral("4.1")] N4_1, [EnumLiteral("4.1.0")] N4_1_0, [EnumLiteral("4.2")] N4_2, [EnumLiteral("4.2.0")] N4_2_0,
    [EnumLiteral("4.3")] N4_3, [EnumLiteral("4.3.0")] N4_3_0, [EnumLiteral("4.3.0-cibuild")] N4_3_0Cibuild,
    [EnumLiteral("4.3.0-snapshot1")] N4_3_0Snapshot1, [EnumLiteral("4.4")] N4_4, [EnumLiteral("4.4.0")] N4_4_0, [EnumLiteral("4.5")] N4_5,
    [EnumLiteral("4.5.0")] N4_5_0, [EnumLiteral("4.6")] N4_6, [EnumLiteral("4.6.0")] N4_6_0, [EnumLiteral("5.0")] N5_0, [EnumLiteral("5.0.0")] N5_0_0,
    [EnumLiteral("5.0.0-cibuild")] N5_0_0Cibuild, [EnumLiteral("5.0.0-snapshot1")] N5_0_0Snapshot1, [EnumLiteral("5.0.0-snapshot2")] N5_0_0Snapshot2,
    [EnumLiteral("5.0.0-ballot")] N5_0_0Ballot, [EnumLiteral("5.0.0-snapshot3")] N5_0_0Snapshot3, [EnumLiteral("5.0.0-draft-final")] N5_0_0DraftFinal,
}
