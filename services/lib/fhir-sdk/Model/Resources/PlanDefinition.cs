using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A protocol that can be shared: goals, actions, and when they apply.</summary>
public class PlanDefinition : DomainResource
{
    public override string TypeName => "PlanDefinition";

    [FhirElement("url")] public FhirUri? UrlElement { get; set; }
    public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("version")] public FhirString? VersionElement { get; set; }
    public string? Version { get => VersionElement?.Value; set => VersionElement = value is null ? null : new(value); }
    [FhirElement("name")] public FhirString? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("title")] public FhirString? TitleElement { get; set; }
    public string? Title { get => TitleElement?.Value; set => TitleElement = value is null ? null : new(value); }
    [FhirElement("subtitle")] public FhirString? SubtitleElement { get; set; }
    public string? Subtitle { get => SubtitleElement?.Value; set => SubtitleElement = value is null ? null : new(value); }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("status")] public Code<PublicationStatus>? StatusElement { get; set; }
    public PublicationStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("experimental")] public FhirBoolean? ExperimentalElement { get; set; }
    public bool? Experimental { get => ExperimentalElement?.Value; set => ExperimentalElement = value is null ? null : new(value); }
    [FhirElement("subject", Choice = ChoiceType.DatatypeChoice)] public DataType? Subject { get; set; }
    [FhirElement("date")] public FhirDateTime? DateElement { get; set; }
    public string? Date { get => DateElement?.Value; set => DateElement = value is null ? null : new(value); }
    [FhirElement("publisher")] public FhirString? PublisherElement { get; set; }
    public string? Publisher { get => PublisherElement?.Value; set => PublisherElement = value is null ? null : new(value); }
    [FhirElement("contact")] public List<ContactDetail> Contact { get => field ??= []; set; }
    [FhirElement("description")] public Markdown? DescriptionElement { get; set; }
    public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    [FhirElement("useContext")] public List<UsageContext> UseContext { get => field ??= []; set; }
    [FhirElement("jurisdiction")] public List<CodeableConcept> Jurisdiction { get => field ??= []; set; }
    [FhirElement("purpose")] public Markdown? PurposeElement { get; set; }
    public string? Purpose { get => PurposeElement?.Value; set => PurposeElement = value is null ? null : new(value); }
    [FhirElement("usage")] public FhirString? UsageElement { get; set; }
    public string? Usage { get => UsageElement?.Value; set => UsageElement = value is null ? null : new(value); }
    [FhirElement("copyright")] public Markdown? CopyrightElement { get; set; }
    public string? Copyright { get => CopyrightElement?.Value; set => CopyrightElement = value is null ? null : new(value); }
    [FhirElement("approvalDate")] public Date? ApprovalDateElement { get; set; }
    public string? ApprovalDate { get => ApprovalDateElement?.Value; set => ApprovalDateElement = value is null ? null : new(value); }
    [FhirElement("lastReviewDate")] public Date? LastReviewDateElement { get; set; }
    public string? LastReviewDate { get => LastReviewDateElement?.Value; set => LastReviewDateElement = value is null ? null : new(value); }
    [FhirElement("effectivePeriod")] public Period? EffectivePeriod { get; set; }
    [FhirElement("topic")] public List<CodeableConcept> Topic { get => field ??= []; set; }
    [FhirElement("author")] public List<ContactDetail> Author { get => field ??= []; set; }
    [FhirElement("editor")] public List<ContactDetail> Editor { get => field ??= []; set; }
    [FhirElement("reviewer")] public List<ContactDetail> Reviewer { get => field ??= []; set; }
    [FhirElement("endorser")] public List<ContactDetail> Endorser { get => field ??= []; set; }
    [FhirElement("relatedArtifact")] public List<RelatedArtifact> RelatedArtifact { get => field ??= []; set; }
    [FhirElement("library")] public List<Canonical> LibraryElement { get => field ??= []; set; }
    public IEnumerable<string?> Library { get => LibraryElement.Select(e => e?.Value); set => LibraryElement = [.. value.Select(v => new Canonical(v))]; }
    [FhirElement("goal")] public List<GoalComponent> Goal { get => field ??= []; set; }
    [FhirElement("action")] public List<ActionComponent> Action { get => field ??= []; set; }

    /// <summary>What the plan is to achieve.</summary>
    public class GoalComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#Goal";

        [FhirElement("category")] public CodeableConcept? Category { get; set; }
        [FhirElement("description")] public CodeableConcept? Description { get; set; }
        [FhirElement("priority")] public CodeableConcept? Priority { get; set; }
        [FhirElement("start")] public CodeableConcept? Start { get; set; }
        [FhirElement("addresses")] public List<CodeableConcept> Addresses { get => field ??= []; set; }
        [FhirElement("documentation")] public List<RelatedArtifact> Documentation { get => field ??= []; set; }
        [FhirElement("target")] public List<TargetComponent> Target { get => field ??= []; set; }
    }

    /// <summary>How far, and within which time.</summary>
    public class TargetComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#Target";

        [FhirElement("measure")] public CodeableConcept? Measure { get; set; }
        [FhirElement("detail", Choice = ChoiceType.DatatypeChoice)] public DataType? Detail { get; set; }
        [FhirElement("due")] public Duration? Due { get; set; }
    }

    /// <summary>What is to be done, and when.</summary>
    public class ActionComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#Action";

        [FhirElement("prefix")] public FhirString? PrefixElement { get; set; }
        public string? Prefix { get => PrefixElement?.Value; set => PrefixElement = value is null ? null : new(value); }
        [FhirElement("title")] public FhirString? TitleElement { get; set; }
        public string? Title { get => TitleElement?.Value; set => TitleElement = value is null ? null : new(value); }
        [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
        [FhirElement("textEquivalent")] public FhirString? TextEquivalentElement { get; set; }
        public string? TextEquivalent { get => TextEquivalentElement?.Value; set => TextEquivalentElement = value is null ? null : new(value); }
        [FhirElement("priority")] public Code<RequestPriority>? PriorityElement { get; set; }
        public RequestPriority? Priority { get => PriorityElement?.Value; set => PriorityElement = value is null ? null : new(value); }
        [FhirElement("code")] public List<CodeableConcept> Code { get => field ??= []; set; }
        [FhirElement("reason")] public List<CodeableConcept> Reason { get => field ??= []; set; }
        [FhirElement("documentation")] public List<RelatedArtifact> Documentation { get => field ??= []; set; }
        [FhirElement("goalId")] public List<Id> GoalIdElement { get => field ??= []; set; }
        public IEnumerable<string?> GoalId { get => GoalIdElement.Select(e => e?.Value); set => GoalIdElement = [.. value.Select(v => new Id(v))]; }
        [FhirElement("subject", Choice = ChoiceType.DatatypeChoice)] public DataType? Subject { get; set; }
        [FhirElement("trigger")] public List<TriggerDefinition> Trigger { get => field ??= []; set; }
        [FhirElement("condition")] public List<ConditionComponent> Condition { get => field ??= []; set; }
        [FhirElement("input")] public List<DataRequirement> Input { get => field ??= []; set; }
        [FhirElement("output")] public List<DataRequirement> Output { get => field ??= []; set; }
        [FhirElement("relatedAction")] public List<RelatedActionComponent> RelatedAction { get => field ??= []; set; }
        [FhirElement("timing", Choice = ChoiceType.DatatypeChoice)] public DataType? Timing { get; set; }
        [FhirElement("participant")] public List<ParticipantComponent> Participant { get => field ??= []; set; }
        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("groupingBehavior")] public Code<ActionGroupingBehavior>? GroupingBehaviorElement { get; set; }
        public ActionGroupingBehavior? GroupingBehavior { get => GroupingBehaviorElement?.Value; set => GroupingBehaviorElement = value is null ? null : new(value); }
        [FhirElement("selectionBehavior")] public Code<ActionSelectionBehavior>? SelectionBehaviorElement { get; set; }
        public ActionSelectionBehavior? SelectionBehavior { get => SelectionBehaviorElement?.Value; set => SelectionBehaviorElement = value is null ? null : new(value); }
        [FhirElement("requiredBehavior")] public Code<ActionRequiredBehavior>? RequiredBehaviorElement { get; set; }
        public ActionRequiredBehavior? RequiredBehavior { get => RequiredBehaviorElement?.Value; set => RequiredBehaviorElement = value is null ? null : new(value); }
        [FhirElement("precheckBehavior")] public Code<ActionPrecheckBehavior>? PrecheckBehaviorElement { get; set; }
        public ActionPrecheckBehavior? PrecheckBehavior { get => PrecheckBehaviorElement?.Value; set => PrecheckBehaviorElement = value is null ? null : new(value); }
        [FhirElement("cardinalityBehavior")] public Code<ActionCardinalityBehavior>? CardinalityBehaviorElement { get; set; }
        public ActionCardinalityBehavior? CardinalityBehavior { get => CardinalityBehaviorElement?.Value; set => CardinalityBehaviorElement = value is null ? null : new(value); }
        [FhirElement("definition", Choice = ChoiceType.DatatypeChoice)] public DataType? Definition { get; set; }
        [FhirElement("transform")] public Canonical? TransformElement { get; set; }
        public string? Transform { get => TransformElement?.Value; set => TransformElement = value is null ? null : new(value); }
        [FhirElement("dynamicValue")] public List<DynamicValueComponent> DynamicValue { get => field ??= []; set; }
        [FhirElement("action")] public List<ActionComponent> Action { get => field ??= []; set; }
    }

    /// <summary>Whether the action applies, starts or stops.</summary>
    public class ConditionComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#Condition";

        [FhirElement("kind")] public Code<ActionConditionKind>? KindElement { get; set; }
        public ActionConditionKind? Kind { get => KindElement?.Value; set => KindElement = value is null ? null : new(value); }
        [FhirElement("expression")] public Expression? Expression { get; set; }
    }

    /// <summary>How the action stands in time to another.</summary>
    public class RelatedActionComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#RelatedAction";

        [FhirElement("actionId")] public Id? ActionIdElement { get; set; }
        public string? ActionId { get => ActionIdElement?.Value; set => ActionIdElement = value is null ? null : new(value); }
        [FhirElement("relationship")] public Code<ActionRelationshipType>? RelationshipElement { get; set; }
        public ActionRelationshipType? Relationship { get => RelationshipElement?.Value; set => RelationshipElement = value is null ? null : new(value); }
        [FhirElement("offset", Choice = ChoiceType.DatatypeChoice)] public DataType? Offset { get; set; }
    }

    /// <summary>Who takes part in the action.</summary>
    public class ParticipantComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#Participant";

        [FhirElement("type")] public Code<ActionParticipantType>? TypeElement { get; set; }
        public ActionParticipantType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
        [FhirElement("role")] public CodeableConcept? Role { get; set; }
    }

    /// <summary>A part of the definition that is computed.</summary>
    public class DynamicValueComponent : BackboneElement
    {
        public override string TypeName => "PlanDefinition#DynamicValue";

        [FhirElement("path")] public FhirString? PathElement { get; set; }
        public string? Path { get => PathElement?.Value; set => PathElement = value is null ? null : new(value); }
        [FhirElement("expression")] public Expression? Expression { get; set; }
    }
}
