using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Marketplace.Architecture.Tests;

/// <summary>The rules of ARCHITECTURE.md that a build can check, read from the sources.</summary>
public sealed partial class Rules
{
    private static readonly string[] Libraries = ["Contracts", "EventStore", "ServiceDefaults"];
    private static readonly string[] Banned = ["MediatR", "AutoMapper", "FluentAssertions", "MassTransit.Newtonsoft", "Testcontainers"];

    public static TheoryData<string> Deployables => ["services/Catalog", "services/Merchants", "services/Ordering", "web/Storefront"];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> Includes(string project, string element) =>
        XDocument.Load(project).Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>().Select(i => i.Replace('\\', '/'));

    [Theory]
    [MemberData(nameof(Deployables))]
    public void A_service_references_the_shared_libraries_and_no_other_service(string folder)
    {
        foreach (var reference in Files(folder, "*.csproj").SelectMany(p => Includes(p, "ProjectReference")))
        {
            Libraries.ShouldContain(Path.GetFileNameWithoutExtension(reference).Replace("Marketplace.", "", StringComparison.Ordinal), $"{folder} → {reference}");
        }
    }

    [Fact]
    public void Contracts_depend_on_nothing_but_the_bus_abstractions() =>
        Includes(Path.Combine(Repository.Root, "services/Contracts/Marketplace.Contracts.csproj"), "PackageReference").ShouldBe(["MassTransit.Abstractions"]);

    [Fact]
    public void Commercial_and_replaced_packages_are_not_used()
    {
        var central = Includes(Path.Combine(Repository.Root, "Directory.Packages.props"), "PackageVersion").ToList();
        central.Intersect(Banned).ShouldBeEmpty();
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Where(e => ((string?)e.Attribute("Include") ?? "").StartsWith("MassTransit", StringComparison.Ordinal))
            .Select(e => (string)e.Attribute("Version")!).Distinct().ShouldBe(["8.4.0"]);
    }

    [Fact]
    public void Versions_stand_in_one_place()
    {
        foreach (var project in new[] { "services", "web", "infra", "tests" }.SelectMany(f => Files(f, "*.csproj")))
        {
            XDocument.Load(project).Descendants("PackageReference").Where(e => e.Attribute("Version") is not null).ShouldBeEmpty(project);
        }
    }

    [Theory]
    [MemberData(nameof(Deployables))]
    public void The_clock_is_injected_and_nothing_blocks(string folder)
    {
        foreach (var file in Files(folder, "*.cs"))
        {
            var hits = File.ReadLines(file).Where(line => Clocks().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)).ToList();
            hits.ShouldBeEmpty(file);
        }
    }

    [Theory]
    [MemberData(nameof(Deployables))]
    public void Program_is_a_table_of_contents(string folder) =>
        File.ReadLines(Path.Combine(Repository.Root, folder, "Program.cs")).Count().ShouldBeLessThanOrEqualTo(60);

    [Theory]
    [MemberData(nameof(Deployables))]
    public void What_reads_or_answers_a_version_says_so_in_the_document(string folder)
    {
        foreach (var capability in Files(folder, "*.cs").GroupBy(Path.GetDirectoryName))
        {
            var text = string.Concat(capability.Select(File.ReadAllText));
            (text.Contains("ETags.Expected(", StringComparison.Ordinal) && !text.Contains(".ReadsIfMatch(", StringComparison.Ordinal)).ShouldBeFalse(capability.Key);
            (text.Contains("Headers.IfNoneMatch", StringComparison.Ordinal) && !text.Contains(".ReadsIfNoneMatch(", StringComparison.Ordinal)).ShouldBeFalse(capability.Key);
            (text.Contains("ETags.Of(", StringComparison.Ordinal) && !text.Contains(".AnswersETag(", StringComparison.Ordinal)).ShouldBeFalse(capability.Key);
        }
    }

    [Fact]
    public void Money_is_never_a_floating_point_number()
    {
        foreach (var file in Files("services", "*.cs").Concat(Files("web", "*.cs")))
        {
            File.ReadLines(file).Where(line => FloatingMoney().IsMatch(line)).ShouldBeEmpty(file);
        }
    }

    [Fact]
    public void The_order_decider_is_pure()
    {
        string[] impure = ["Npgsql", "HttpClient", "MassTransit", "TimeProvider", "IClock", "ILogger", "Guid.New", "Guid.CreateVersion7", "Random"];
        foreach (var file in Files("services/Ordering/Orders", "*.cs").Where(f => Path.GetFileName(f) is "Order.cs" or "OrderDecider.cs" or "OrderCommands.cs" or "OrderEvents.cs"))
        {
            var text = File.ReadAllText(file);
            impure.Where(word => text.Contains(word, StringComparison.Ordinal)).ShouldBeEmpty(file);
        }
    }

    [Fact]
    public void Every_decision_that_the_code_cites_exists()
    {
        var decisions = Files("infra/decisions", "*.md").Select(f => Path.GetFileName(f)[..4]).ToHashSet();
        foreach (var file in Files("services", "*.cs").Concat(Files("services", "*.sql")).Concat(Files("web", "*.cs")))
        {
            foreach (Match cited in Decision().Matches(File.ReadAllText(file)))
            {
                decisions.ShouldContain(cited.Groups[1].Value, file);
            }
        }
    }

    // Scripts run in the order of their names: two of one number in that of their words, which nobody chose. Those that were committed so keep their names, or
    // they would run again.
    [Theory]
    [MemberData(nameof(Deployables))]
    public void A_script_has_a_number_of_its_own(string folder) =>
        Files(folder, "*.sql").Select(f => Path.GetFileName(f)).GroupBy(f => f[..4]).Where(g => g.Count() > 1).SelectMany(g => g)
            .Except(["0002_baskets.sql", "0002_keys.sql", "0004_mailbox_uses.sql", "0004_open_attempts.sql", "0005_baskets_of_towns.sql", "0005_whose_press.sql"]).ShouldBeEmpty();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bDateTime\.Today\b|Thread\.Sleep|\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)")]
    private static partial Regex Clocks();

    [GeneratedRegex(@"\b(float|double)\??\s+\w*(Price|Amount|Cents|Total|Vat)\w*\b", RegexOptions.IgnoreCase)]
    private static partial Regex FloatingMoney();

    [GeneratedRegex(@"\bdecision (\d{4})\b")]
    private static partial Regex Decision();
}
