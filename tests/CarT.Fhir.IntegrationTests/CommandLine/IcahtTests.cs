using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary><c>cart-fhir icaht</c>: grades of a table of counts, bad rows, and exit codes.</summary>
public sealed class IcahtTests
{
    private const string Header = "id,early_grade,late_grade,longest_le_500,longest_le_100";

    /// <summary>Q1 of the published grader: low on days 24-28, above 500 on days 29 and 30.</summary>
    private static readonly string TrailingGap = Rows("a", Enumerable.Range(0, 31).Select(day => (day, day is >= 24 and <= 28 ? 300m : 2000m)));

    [Theory]
    [InlineData("strict", "a,1,,5,0")]
    [InlineData("fred-hutch", "a,2,,7,0")]
    public async Task E23_The_mode_decides_whether_a_gap_at_the_end_is_swallowed(string mode, string row)
    {
        var run = await IcahtAsync("id,day,anc\n" + TrailingGap, "--mode", mode);

        Assert.Equal((0, $"{Header}\n{row}\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Strict_is_the_default_and_the_file_may_be_standard_input()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("cart-icaht-").FullName, "counts.csv");
        await File.WriteAllTextAsync(file, "id,day,anc\n" + TrailingGap, TestContext.Current.CancellationToken);

        var run = await Cli.RunAsync(["icaht", file]);

        Assert.Equal((await IcahtAsync("id,day,anc\n" + TrailingGap)).Output, run.Output);
        Assert.Contains("a,1,,5,0", run.Output);
    }

    [Fact]
    public async Task Bad_rows_are_refused_by_line_number_without_their_values_and_the_rest_is_graded()
    {
        var run = await IcahtAsync("""
            id,day,anc
            a,40,450
            a,41,lots
            a,42,-7
            a,43,NaN
            a,44,Infinity
            a,45,1e400
            a,,333
            a,4.5,333
            a,46,
            ,47,333
            a,48,100001
            "a,49,333

            a,50,450.5
            """);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"{Header}\na,,3,0,0\n", run.Output);
        Assert.Equal(
            ["line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9", "line 10", "line 11", "line 12", "line 13"],
            run.Errors.Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Contains("line 4: anc is negative", run.Errors);
        Assert.Contains("line 6: anc is not a finite number", run.Errors);
        Assert.Contains("line 8: day is missing", run.Errors);
        Assert.DoesNotContain("333", run.Errors);
    }

    [Theory]
    [InlineData("a,41,4.5e2", "anc is not a finite number in plain digits")]
    [InlineData("a,41,1e+05", "anc is not a finite number in plain digits")]
    [InlineData("a,4e1,333", "day is not a whole number of days")]
    [InlineData("a,41,\"1,200\"", "anc is not a finite number in plain digits")]
    [InlineData("a,41,1,200", "has more fields than the header")]
    [InlineData("a,41,450,5", "has more fields than the header")]
    [InlineData("a,41,1 200", "anc is not a finite number in plain digits")]
    [InlineData("a,41,1'200", "anc is not a finite number in plain digits")]
    [InlineData("a,41,-Infinity", "anc is not a finite number in plain digits")]
    [InlineData("a,41,+NaN", "anc is not a finite number in plain digits")]
    [InlineData("a,41,<100", "anc is not a finite number in plain digits")]
    [InlineData("a,41,0x1F4", "anc is not a finite number in plain digits")]
    [InlineData("a,41,-0.5", "anc is negative")]
    [InlineData("a,41", "anc is missing")]
    [InlineData("a", "day is missing")]
    [InlineData(",,", "id is missing")]
    [InlineData("a,2026-03-01,333", "day is not a whole number of days")]
    [InlineData("a,100001,333", "day is not a whole number of days")]
    public async Task A_bad_row_is_refused_by_its_line_number_and_the_rows_around_it_are_graded(string row, string fault)
    {
        foreach (var (mode, lateGrade) in new[] { ("strict", 3), ("fred-hutch", 3) })
        {
            var run = await IcahtAsync($"id,day,anc\na,40,450\n{row}\na,50,460\nb,50,2000\n", "--mode", mode);

            Assert.Equal((1, $"{Header}\na,,{lateGrade},0,0\nb,,{(mode == "strict" ? "" : "0")},0,0\n"), (run.ExitCode, run.Output));
            Assert.Equal($"line 3: {fault}\n2 patients graded ({mode}), 1 lines refused\n", run.Errors);
        }
    }

    [Theory]
    [InlineData("a,40,450,")]
    [InlineData("a,+40,450.0")]
    [InlineData("a,40.0,\"450\"")]
    [InlineData(" a , 40 , 450 ")]
    public async Task What_spreadsheets_write_is_no_bad_row(string row)
    {
        var run = await IcahtAsync($"id,day,anc\n{row}\na,50,460\n");

        Assert.Equal((0, $"{Header}\na,,3,0,0\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task P11_1_The_order_of_rows_and_columns_changes_nothing_and_ids_are_in_order()
    {
        string[] rows = ["10,40,450", "10,41,460", "2,40,50", "2,50,90", "\"b, c\",40,1200", "\"b, c\",41,1200"];
        var run = await IcahtAsync("id,day,anc\n" + string.Join('\n', rows));
        var reversed = await IcahtAsync("\uFEFFANC,Id,note,day\r\n" + string.Join("\r\n", rows.Reverse().Select(row => row.Split(',')).Select(f => $"{f[^1]},{string.Join(',', f[..^2])},x,{f[^2]}")));

        Assert.Equal($"{Header}\n2,,4,0,0\n10,,3,0,0\n\"b, c\",,1,0,0\n", run.Output);
        Assert.Equal(run.Output, reversed.Output);
    }

    [Fact]
    public async Task P12_3_The_last_of_several_measurements_is_the_last_follow_up_of_the_published_grader()
    {
        var input = "id,day,anc\n" + Rows("early", Enumerable.Range(0, 17).Select(day => (day, 300m))) + "alone,15,50\n";

        Assert.Equal($"{Header}\nalone,4,,31,31\nearly,4,,17,0\n", (await IcahtAsync(input, "--mode", "fred-hutch")).Output);
        Assert.Equal($"{Header}\nalone,1,,1,1\nearly,3,,17,0\n", (await IcahtAsync(input, "--mode", "strict")).Output);
    }

    [Fact]
    public async Task Platelets_beside_the_neutrophils_are_graded_by_T_ICAHT()
    {
        var run = await IcahtAsync("""
            id,day,anc,platelets
            a,5,2000,19999
            a,6,2000,90000
            a,40,,40000
            a,50,,40000
            a,60,2000,20
            """);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 6: platelets is not plausible in cells/uL", run.Errors);
        Assert.Equal($"{Header},ticaht_early_grade,ticaht_late_grade\na,0,,0,0,3,2\n", run.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("id,day\na,1\n")]
    [InlineData("id,day,anc\n")]
    [InlineData("day,anc\n1,400\n")]
    [InlineData("id;day;anc\na;1;400\n")]
    [InlineData("id,day,anc,ANC\na,1,400,500\n")]
    [InlineData("id,day,anc\na,1,none\n")]
    public async Task Input_without_a_usable_row_ends_with_3(string input)
    {
        var run = await IcahtAsync(input);

        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.NotEmpty(run.Errors);
    }

    [Theory]
    [InlineData("icaht", "/no/such/file.csv")]
    [InlineData("icaht", "-", "--mode", "lenient")]
    [InlineData("icaht")]
    public async Task Unusable_arguments_end_with_2(params string[] arguments)
    {
        var run = await Cli.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.NotEmpty(run.Errors);
    }

    private static Task<Cli> IcahtAsync(string input, params string[] options) => Cli.RunAsync(["icaht", "-", .. options], input);

    private static string Rows(string id, IEnumerable<(int Day, decimal Anc)> values) => string.Concat(values.Select(value => $"{id},{value.Day},{value.Anc}\n"));
}
