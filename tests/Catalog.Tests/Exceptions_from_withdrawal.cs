using System.Text.Json;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>From which goods the law knows no withdrawal: by category, on a day, and nothing that it does not except.</summary>
public sealed class Exceptions_from_withdrawal
{
    private static readonly DateOnly Today = new(2026, 11, 28);

    [Theory]
    [InlineData("fromages", true, true, null, "perishable")]
    [InlineData("fleurs", false, true, "fleurs-jardin", "perishable")]
    [InlineData("presse", false, true, "presse-papeterie", "press")]
    [InlineData("savons", false, false, "beaute-hygiene", "hygiene")]
    [InlineData("confitures", true, false, "epicerie", "hygiene")]
    [InlineData("vinyles", false, false, "musique", "recording")]
    [InlineData("romans", false, false, "livres", null)]
    [InlineData("livres", false, false, null, null)]
    [InlineData("papiers-carnets", false, false, "presse-papeterie", null)]
    [InlineData("vetements", false, false, "mode", null)]
    public void Follow_the_category(string slug, bool food, bool perishable, string? parent, string? why) =>
        WithdrawalExceptions.Of(new CategoryDefinition(slug, slug, null, parent, "x", 20m, food, perishable), Today).ShouldBe(why);

    [Fact]
    public void Hold_from_their_day_on_and_of_an_unknown_category_there_is_none()
    {
        WithdrawalExceptions.Of(new CategoryDefinition("fromages", "Fromages", null, null, "x", 5.5m, true, true), new(2014, 6, 12)).ShouldBeNull();
        WithdrawalExceptions.Of(new CategoryDefinition("vins", "Vins", null, null, "x", 20m, false, false, Alcohol: true), Today).ShouldBe("hygiene");
        WithdrawalExceptions.Of(null, Today).ShouldBeNull();
    }

    /// <summary>The towns' own tree: all of the press, none of the books.</summary>
    [Fact]
    public void Of_the_demonstrations_books_none_is_excepted()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "infra", "demo", "categories.json")));
        var excepted = json.RootElement.EnumerateArray().ToDictionary(c => c.GetProperty("slug").GetString()!, c => WithdrawalExceptions.Of(new CategoryDefinition(c.GetProperty("slug").GetString()!, "x", null,
            c.TryGetProperty("parent", out var parent) ? parent.GetString() : null, "x", 20m, c.GetProperty("food").GetBoolean(), c.GetProperty("perishable").GetBoolean()), Today));
        excepted.Where(e => e.Key == "livres" || e.Key is "romans" or "policiers" or "bandes-dessinees" or "jeunesse" or "essais-documents" or "livres-en-anglais" or "livres-occasion").ShouldAllBe(e => e.Value == null);
        excepted.Where(e => e.Value is "press").Select(e => e.Key).ShouldBe(["presse"]);
    }
}
