using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary>What a merchant types to come in, and what is wrong with it.</summary>
public sealed record JoinForm
{
    public string? Siret { get; set; }
    public string? ActivityCode { get; set; }
    public string? LegalName { get; set; }
    public string? LegalForm { get; set; }
    public string? VatExempt { get; set; }
    public string? Name { get; set; }
    public string? Kind { get; set; }
    public string? Description { get; set; }
    public string? Street { get; set; }
    public string? Postcode { get; set; }
    public string? City { get; set; }
    public string? Position { get; set; }
    public string? Phone { get; set; }
    public string? Email { get; set; }
    /// <summary>The draft that is asked for again, where its hours stand already: they stay, and are changed on their own page.</summary>
    public string? Draft { get; set; }
    public string[]? Days { get; set; }
    public string? Opens { get; set; }
    public string? LunchFrom { get; set; }
    public string? LunchTo { get; set; }
    public string? Closes { get; set; }
    public string? Terms { get; set; }

    // In the order of the page: the summary leads down it.
    private static readonly (string Field, Func<JoinForm, string?> Value)[] _needed =
    [
        (nameof(Siret), f => f.Siret), (nameof(ActivityCode), f => f.ActivityCode), (nameof(LegalName), f => f.LegalName), (nameof(LegalForm), f => f.LegalForm), (nameof(Name), f => f.Name),
        (nameof(Kind), f => f.Kind), (nameof(Street), f => f.Street), (nameof(Postcode), f => f.Postcode), (nameof(City), f => f.City), (nameof(Phone), f => f.Phone), (nameof(Email), f => f.Email),
        (nameof(Terms), f => f.Terms),
    ];

    /// <summary>What is known already: the town, and how most shops open. All of it can be written over.</summary>
    internal static JoinForm Begin(Town town, string email, DateOnly today)
    {
        var communes = town.Communes.Where(c => c.ValidFrom <= today && (c.ValidTo is null || today < c.ValidTo)).ToList();
        return new JoinForm
        {
            Postcode = communes is [{ Postcodes: [var only] }] ? only : null,
            City = communes is [var commune] ? commune.Name : null,
            Position = Write(town.Position),
            Email = email,
            Days = ["2", "3", "4", "5", "6"],
            Opens = "09:00",
            LunchFrom = "12:30",
            LunchTo = "14:00",
            Closes = "19:00",
        };
    }

    /// <summary>What was asked with before, and prepared since. Only the terms are accepted anew.</summary>
    internal JoinForm Again(Shop draft) => this with
    {
        Siret = draft.Legal.Siret,
        ActivityCode = draft.Legal.ActivityCode,
        LegalName = draft.Legal.LegalName,
        LegalForm = draft.Legal.LegalForm,
        VatExempt = draft.Legal.VatExempt ? "true" : null,
        Name = draft.Name,
        Kind = draft.Kind,
        Description = draft.Description.Fr,
        Street = draft.Street,
        Postcode = draft.Postcode,
        City = draft.City,
        Position = Write(draft.Position),
        Phone = draft.Phone,
        Email = draft.Email ?? Email,
        Draft = draft.Hours.Days.Count > 0 ? draft.Slug : null,
    };

    internal Complaints Check(Ui ui)
    {
        var complaints = new Complaints();
        foreach (var (field, value) in _needed)
        {
            if (string.IsNullOrWhiteSpace(value(this)))
            {
                complaints.Add(field, ui["join.missing." + field]);
            }
        }
        if (Place() is null)
        {
            complaints.Add(nameof(Position), ui["join.wrong.Position"]);
        }
        return complaints;
    }

    /// <param name="prepared">The hours of the draft that is asked for again; null: as they were typed.</param>
    internal ShopApplication ToApplication(string language, WeeklyHours? prepared) => new(
        Siret!, Inputs.Clean(Name), Inputs.Clean(Kind), new Text((Description ?? "").Trim(), null), Inputs.Clean(LegalName), Inputs.Clean(LegalForm), VatExempt is not null, ActivityCode!,
        Inputs.Clean(Street), Inputs.Clean(Postcode), Inputs.Clean(City), Place()!, Inputs.Clean(Phone), Inputs.Clean(Email), prepared ?? Hours(), Terms!, language);

    /// <summary>The field to which a refusal of the service belongs; none: said on top.</summary>
    internal static string FieldOf(Problem problem) => problem switch
    {
        { Code: "bad-hours" or "overlapping-hours" } => nameof(Opens),
        { Code: "bad-postcode" } => nameof(Postcode),
        _ when problem.Extension<string>("field") is { Length: > 0 } field && char.ToUpperInvariant(field[0]) + field[1..] is var name && typeof(JoinForm).GetProperty(name) is not null => name,
        _ => "",
    };

    private Position? Place() => (Position ?? "").Split(',') is [var north, var east]
        && double.TryParse(north, NumberStyles.Float, CultureInfo.InvariantCulture, out var lat) && double.TryParse(east, NumberStyles.Float, CultureInfo.InvariantCulture, out var lon)
        && lat is >= -90 and <= 90 && lon is >= -180 and <= 180 ? new Position(lat, lon) : null;

    // The week as most shops keep it, each chosen day alike; what differs is said later, on the page of the hours.
    private WeeklyHours Hours()
    {
        HoursBlock[] blocks = string.IsNullOrEmpty(Opens) && string.IsNullOrEmpty(Closes) ? []
            : string.IsNullOrEmpty(LunchFrom) && string.IsNullOrEmpty(LunchTo) ? [new(Opens ?? "", Closes ?? "")]
            : [new(Opens ?? "", LunchFrom ?? ""), new(LunchTo ?? "", Closes ?? "")];
        return new WeeklyHours([.. from day in Days ?? []
                                   where blocks.Length > 0 && day is ['1' or '2' or '3' or '4' or '5' or '6' or '7']
                                   group day by day[0] - '0' into one
                                   orderby one.Key
                                   select new DayHours(one.Key, blocks)]);
    }

    private static string Write(Position position) => string.Create(CultureInfo.InvariantCulture, $"{position.Lat:0.#####}, {position.Lon:0.#####}");
}
