using System.Text.RegularExpressions;

namespace Marketplace.Architecture.Tests;

/// <summary>Programs go by a problem's code, so each that the sources name is seen in some test. What a test sees of it is the test's affair; that there is one, this one's.</summary>
public sealed partial class Codes
{
    [Fact]
    public void Every_code_of_a_refusal_is_in_some_test()
    {
        var refused = Sources("services", "web").Where(text => Refusing().IsMatch(text)).SelectMany(text => Named().Matches(text))
            .Select(named => named.Groups["code"].Value + (named.Groups["by"].Value.EndsWith("NotFound", StringComparison.Ordinal) ? "-not-found" : "")).Distinct().Order().ToList();
        var tested = Sources("tests").SelectMany(text => Literal().Matches(text)).Select(literal => literal.Groups[1].Value).ToHashSet();

        refused.Count.ShouldBeGreaterThan(120, "the walk has lost its way");
        refused.Where(code => !tested.Contains(code)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)).Select(File.ReadAllText);

    [GeneratedRegex(@"\b(Refusal|Fault)\b")]
    private static partial Regex Refusing();

    // By a refusal's name (`new("slot-past", …`, `Refusal.NotFound("shop", …`), or in a row of them (`("slot-past", 409, …`).
    [GeneratedRegex("""(?:\b(?<by>new(?: Refusal| Fault)?|Invalid|NotFound)\(|\()\s*"(?<code>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)",(?(by)| 4\d\d,)""")]
    private static partial Regex Named();

    [GeneratedRegex("\"([a-z0-9-]+)\"")]
    private static partial Regex Literal();
}
