using System.Text;
using CarT.Fhir.Simulator.Courses;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

public sealed class SyntheticCohortTests
{
    private static readonly IReadOnlyList<TimedResource> Default = SyntheticCohort.Generate();

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_does_not()
    {
        Assert.Equal(Text(Default), Text(SyntheticCohort.Generate()));
        Assert.NotEqual(Text(Default), Text(SyntheticCohort.Generate(new CohortOptions { Seed = 1 })));
    }

    [Fact]
    public void Ninety_three_patients_69_tisagenlecleucel_and_24_axicabtagene()
    {
        var patients = CohortOracle.Of(Default);
        Assert.Equal(93, patients.Count);
        Assert.Equal(93, Default.Count(write => write.Resource["resourceType"]!.GetValue<string>() == "Patient"));
        var codes = patients.Values.Select(patient => patient.Infusion.ToJsonString()).ToList();
        Assert.Equal(69, codes.Count(code => code.Contains("XW033J7", StringComparison.Ordinal) || code.Contains("1986438", StringComparison.Ordinal)));
        Assert.Equal(24, codes.Count(code => code.Contains("XW033H7", StringComparison.Ordinal) || code.Contains("1987398", StringComparison.Ordinal)));
        Assert.InRange(Default.Count, 12_000, 16_000);
    }

    [Fact]
    public void Every_resource_says_that_it_is_synthetic()
    {
        Assert.All(Default.Where(write => !write.Delete), write =>
        {
            Assert.Equal("HTEST", write.Resource["meta"]!["security"]![0]!["code"]!.GetValue<string>());
            Assert.Equal("synthetic", write.Resource["meta"]!["tag"]![0]!["code"]!.GetValue<string>());
        });
        Assert.Equal(Default.Select(write => write.At).Order(), Default.Select(write => write.At));
    }

    [Fact]
    public void The_laboratory_makes_its_usual_slips()
    {
        string[] statuses = [.. Default.Where(write => !write.Delete && write.Resource.ContainsKey("valueQuantity")).Select(write => write.Resource["status"]!.GetValue<string>())];
        foreach (var status in new[] { "preliminary", "final", "corrected", "entered-in-error" }) Assert.Contains(status, statuses);
        Assert.Contains(Default, write => write.Delete);
        Assert.Contains(Default, write => write.Resource["valueQuantity"] is { } quantity && quantity["unit"] is null);
        Assert.Contains(Default, write => write.Resource["valueQuantity"]?["unit"]?.GetValue<string>() == "K/uL");
        Assert.Contains(Default, write => write.Resource["valueQuantity"]?["comparator"]?.GetValue<string>() == "<");
    }

    [Theory]
    [InlineData(2022)]
    [InlineData(1)]
    [InlineData(77)]
    public void Nobody_else_has_two_low_values_or_two_transfusions_that_reach_day_21(int seed)
    {
        var cohort = SyntheticCohort.Generate(new CohortOptions { Seed = seed });
        var treated = SyntheticCohort.ExpectedTreated.Select(course => course.PatientId).ToHashSet();
        foreach (var (_, oracle) in CohortOracle.Of(cohort).Where(patient => !treated.Contains(patient.Key)))
        {
            foreach (var lineage in CohortOracle.LineageNames)
            {
                Assert.InRange(oracle.LowDays(lineage, from: 21).Count, 0, 1);
                Assert.InRange(oracle.TransfusionDays(lineage).Count(day => day >= 8), 0, 1);
            }
        }
    }

    [Theory]
    [InlineData(2022)]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(4711)]
    public void The_six_treated_patients_resolve_on_exactly_the_expected_days(int seed)
    {
        var patients = CohortOracle.Of(SyntheticCohort.Generate(new CohortOptions { Seed = seed, Patients = 8 }));
        foreach (var expected in SyntheticCohort.ExpectedTreated)
        {
            var oracle = patients[expected.PatientId];
            var start = new[] { "711942", "805452" }.SelectMany(oracle.DoseDays).Min();
            Assert.Equal(expected.StartDay, start);
            Assert.Equal(expected.DaysToHemoglobin, oracle.ResolvedOn("hemoglobin", start) - start);
            Assert.Equal(expected.DaysToPlatelets, oracle.ResolvedOn("platelets", start) - start);
            Assert.Equal(expected.DaysToAnc, oracle.ResolvedOn("anc", start) - start);
            foreach (var lineage in CohortOracle.LineageNames) Assert.Contains(oracle.LowDays(lineage, start - 13), day => day <= start);
            foreach (var lineage in new[] { "platelets", "hemoglobin" }) Assert.InRange(oracle.TransfusionDays(lineage).Count(day => day > start - 14 && day <= start), 2, 14);
            Assert.True(oracle.DoseDays("68442").Count(day => day < start) >= 7);
        }
    }

    private static string Text(IEnumerable<TimedResource> cohort) =>
        cohort.Aggregate(new StringBuilder(), (text, write) => text.Append(write.At.ToString("o")).Append(write.Delete).AppendLine(write.Resource.ToJsonString())).ToString();
}
