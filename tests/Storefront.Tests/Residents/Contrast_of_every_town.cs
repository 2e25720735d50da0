using System.Text.Json;
using Marketplace.Storefront.Design;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Contrast_of_every_town
{
    public static TheoryData<string> Accents()
    {
        var accents = new TheoryData<string>(Tokens.DefaultAccent, "#000000", "#ffffff", "#ffff00", "#00ff00", "#0000ff", "#ff0000", "#808080");
        using var towns = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "infra", "demo", "towns.json")));
        foreach (var town in towns.RootElement.EnumerateArray())
        {
            accents.Add(town.GetProperty("accent").GetString()!.ToLowerInvariant());
        }
        return accents;
    }

    [Theory, MemberData(nameof(Accents))]
    public void Is_at_least_four_and_a_half_for_every_text_in_both_schemes(string accent)
    {
        var tokens = Tokens.For(accent);
        foreach (var (scheme, palette) in new[] { ("light", tokens.Light), ("dark", tokens.Dark) })
        {
            foreach (var (name, text, behind) in palette.TextPairs)
            {
                text.Contrast(behind).ShouldBeGreaterThanOrEqualTo(4.5, $"{accent}, {scheme}: {name} ({text} on {behind})");
            }
        }
    }

    [Fact]
    public void An_accent_that_is_no_colour_gives_the_house_colour() => Tokens.For("javascript:alert(1)").ToCss().ShouldBe(Tokens.For(null).ToCss());
}
