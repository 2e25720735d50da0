using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary>What residents read of a shop, where it is and how it is reached, as its owner types it: to come in, and to change it later.</summary>
public record ShopForm
{
    public string? Kind { get; set; }
    public string? Description { get; set; }
    public string? Street { get; set; }
    public string? Postcode { get; set; }
    public string? City { get; set; }
    public string? Position { get; set; }
    public string? Phone { get; set; }
    public string? Email { get; set; }

    /// <summary>In the order of the page, down which the summary of what is wrong leads; and whether it can be left empty.</summary>
    private protected virtual IReadOnlyList<(string Name, string? Value, bool Needed)> Fields =>
    [
        (nameof(Kind), Kind, true), (nameof(Description), Description, false), (nameof(Street), Street, true), (nameof(Postcode), Postcode, true), (nameof(City), City, true),
        (nameof(Position), Position, false), (nameof(Phone), Phone, true), (nameof(Email), Email, EmailNeeded),
    ];

    private protected virtual bool EmailNeeded => true;

    /// <summary>As the shop stands.</summary>
    private protected void Take(Shop shop)
    {
        Kind = shop.Kind;
        Description = shop.Description.Fr;
        Street = shop.Street;
        Postcode = shop.Postcode;
        City = shop.City;
        Position = Write(shop.Position);
        Phone = shop.Phone;
        Email = shop.Email ?? Email;
    }

    /// <summary>All that is wrong at once, one sentence for a field: what is missing in the page's words, the rest as the service says it.</summary>
    /// <param name="problem">The service's refusal of this form; it judges all of it, also what is missing.</param>
    internal Complaints Complain(Problem problem, Ui ui)
    {
        var (complaints, fields) = (new Complaints(), Fields);
        var found = problem.Findings.Select(f => (Field: FieldOf(f), Message: f.Detail ?? ui["join.refused"])).ToLookup(f => f.Field, f => f.Message);
        foreach (var message in found[""])
        {
            complaints.Add("", message);
        }
        foreach (var (name, value, needed) in fields)
        {
            if ((needed && string.IsNullOrWhiteSpace(value) ? ui["join.missing." + name] : name == nameof(Position) && Place() is null ? ui["join.wrong.Position"] : found[name].FirstOrDefault()) is { } message)
            {
                complaints.Add(name, message);
            }
        }
        return complaints;

        // None: said on top.
        string FieldOf(Refusal.Finding finding)
        {
            var name = finding switch
            {
                { Code: "bad-hours" or "overlapping-hours" } => nameof(JoinForm.Opens),
                { Field: [var first, .. var rest] } => char.ToUpperInvariant(first) + rest,
                _ => "",
            };
            return fields.Any(f => f.Name == name) ? name : "";
        }
    }

    internal ShopDetails ToDetails(string? english) => new(
        Inputs.Clean(Kind), new Text(Lines(Description) ?? "", Lines(english)), Inputs.Clean(Street), Inputs.Clean(Postcode), Inputs.Clean(City), Place() ?? _nowhere,
        Inputs.Clean(Phone), Inputs.Clean(Email) is { Length: > 0 } email ? email : null);

    internal static string Write(Position position) => string.Create(CultureInfo.InvariantCulture, $"{position.Lat:0.#####}, {position.Lon:0.#####}");

    // Stands for what cannot be read as a place, and no shop is there: the service refuses it with all else that is wrong.
    private static readonly Position _nowhere = new(0, 0);

    private Position? Place() => (Position ?? "").Split(',') is [var north, var east]
        && double.TryParse(north, NumberStyles.Float, CultureInfo.InvariantCulture, out var lat) && double.TryParse(east, NumberStyles.Float, CultureInfo.InvariantCulture, out var lon)
        && lat is >= -90 and <= 90 && lon is >= -180 and <= 180 ? new Position(lat, lon) : null;

    // A browser sends the lines of a text as no text is kept.
    private static string? Lines(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.ReplaceLineEndings("\n").Trim();
}
