using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary>What a merchant types to come in, and what is wrong with it.</summary>
public sealed record JoinForm : ShopForm
{
    public string? Siret { get; set; }
    public string? ActivityCode { get; set; }
    public string? LegalName { get; set; }
    public string? LegalForm { get; set; }
    public string? VatExempt { get; set; }
    public string? Name { get; set; }
    /// <summary>The draft that is asked for again, where its hours stand already: they stay, and are changed on their own page.</summary>
    public string? Draft { get; set; }
    public string[]? Days { get; set; }
    public string? Opens { get; set; }
    public string? LunchFrom { get; set; }
    public string? LunchTo { get; set; }
    public string? Closes { get; set; }
    public string? Terms { get; set; }

    private protected override IReadOnlyList<(string Name, string? Value, bool Needed)> Fields =>
    [
        (nameof(Siret), Siret, true), (nameof(ActivityCode), ActivityCode, true), (nameof(LegalName), LegalName, true), (nameof(LegalForm), LegalForm, true), (nameof(Name), Name, true),
        .. base.Fields, (nameof(Opens), Opens, false), (nameof(Terms), Terms, true),
    ];

    /// <summary>What is known already: the town, and how most shops open. All of it can be written over.</summary>
    internal static JoinForm Begin(Town town, string email, DateOnly today)
    {
        var communes = town.Communes.Where(c => c.ValidFrom <= today && (c.ValidTo is null || today < c.ValidTo)).ToList();
        return new JoinForm
        {
            Postcode = communes is [{ Postcodes: [var only] }] ? only : null,
            City = communes is [var commune] ? commune.Name : null,
            Email = email,
            Days = ["2", "3", "4", "5", "6"],
            Opens = "09:00",
            LunchFrom = "12:30",
            LunchTo = "14:00",
            Closes = "19:00",
        };
    }

    /// <summary>What was asked with before, and prepared since. Only the terms are accepted anew.</summary>
    internal JoinForm Again(Shop draft)
    {
        var again = this with
        {
            Siret = draft.Legal.Siret,
            ActivityCode = draft.Legal.ActivityCode,
            LegalName = draft.Legal.LegalName,
            LegalForm = draft.Legal.LegalForm,
            VatExempt = draft.Legal.VatExempt ? "true" : null,
            Name = draft.Name,
            Draft = draft.Hours.Days.Count > 0 ? draft.Slug : null,
        };
        again.Take(draft);
        return again;
    }

    /// <param name="prepared">The hours of the draft that is asked for again; null: as they were typed.</param>
    internal ShopApplication ToApplication(string language, WeeklyHours? prepared)
    {
        var details = ToDetails(null);
        return new(Siret ?? "", Inputs.Clean(Name), details.Kind, details.Description, Inputs.Clean(LegalName), Inputs.Clean(LegalForm), VatExempt is not null, ActivityCode ?? "",
            details.Street, details.Postcode, details.City, details.Position, details.Phone, details.Email ?? "", prepared ?? Hours(), Terms ?? "", language);
    }

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
}
