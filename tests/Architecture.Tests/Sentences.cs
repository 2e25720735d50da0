using System.Text.RegularExpressions;

namespace Marketplace.Architecture.Tests;

/// <summary>
/// Every refusal of every service, walked in the sources: a French sentence stands beside an English one. That there is an English one at all is the
/// compiler's to say (<c>Refusal</c> and <c>Fault</c> take both); that it is English, this test's.
/// </summary>
public sealed partial class Sentences
{
    [Fact]
    public void Whatever_is_refused_is_refused_in_french_and_in_english()
    {
        var wrong = new List<string>();
        var pairs = 0;
        foreach (var file in new[] { "services", "web" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories)))
        {
            var text = File.ReadAllText(file);
            if (!Refusing().IsMatch(text) || file.Contains("/Notifications/", StringComparison.Ordinal))
            {
                continue;
            }

            // Sentences in the order of the file; two ways of saying it, one after the other, are followed by two in English.
            var said = Literal().Matches(Comment().Replace(text, "")).Select(m => Hole().Replace(m.Groups[1].Value, "")).Where(s => s.EndsWith('.')).ToList();
            for (var i = 0; i < said.Count; i++)
            {
                var french = said.Skip(i).TakeWhile(IsFrench).Count();
                var english = said.Skip(i + french).Take(french).Where(s => !IsFrench(s)).ToList();
                if (english.Count < french)
                {
                    wrong.Add($"{Path.GetRelativePath(Repository.Root, file)}: {said[i]}");
                }

                pairs += english.Count;
                i += french;
            }
        }

        wrong.ShouldBeEmpty();
        pairs.ShouldBeGreaterThan(150, "the walk has lost its way");
    }

    private static bool IsFrench(string sentence) => French().IsMatch(sentence);

    [GeneratedRegex(@"\b(Refusal|Fault)\b")]
    private static partial Regex Refusing();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("\"((?:[^\"\\\\\\n]|\\\\.)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"[éèêàùçîœÉÀ«]|\b(le|la|les|une|un|des|du|est|pas|cette|ce|vous|et|au|de)\b|\b[dln]’", RegexOptions.IgnoreCase)]
    private static partial Regex French();
}
