using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Placing;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary>What residents read of a shop, where it is and how it is reached, as its owner types it: to come in, and to change it later.</summary>
public record ShopForm
{
    public string? Kind { get; set; }
    public string? Description { get; set; }
    public string? Street { get; set; }
    public string? Postcode { get; set; }
    public string? City { get; set; }
    /// <summary>The point on the plan, in degrees: put there by a press or by the address, or typed.</summary>
    public string? Position { get; set; }
    /// <summary>The point that is the place of an address, and of which: it is no longer when another is typed. Null: somebody put the point where it is.</summary>
    public string? Placed { get; set; }
    /// <summary><c>oui</c>: the point stood there with the shop, put there by somebody perhaps. No address moves it unasked.</summary>
    public string? Stood { get; set; }
    /// <summary>What the address could be, each as its point and its label, and the address: a look closer asks nobody again.</summary>
    public string[]? Choices { get; set; }
    public string? ChoicesOf { get; set; }
    /// <summary>What the plan showed.</summary>
    public string? View { get; set; }
    /// <summary>By how many metres the buttons move the point.</summary>
    public string? Step { get; set; }
    /// <summary>What was pressed at the plan.</summary>
    public string? Do { get; set; }
    /// <summary>Of several places that the address could be, the one that was chosen.</summary>
    public string? Found { get; set; }
    public string? Phone { get; set; }
    public string? Email { get; set; }

    /// <summary>In the order of the page, down which the summary of what is wrong leads; and whether it can be left empty.</summary>
    private protected virtual IReadOnlyList<(string Name, string? Value, bool Needed)> Fields =>
    [
        (nameof(Kind), Kind, true), (nameof(Description), Description, false), (nameof(Phone), Phone, true), (nameof(Email), Email, EmailNeeded),
        (nameof(Street), Street, true), (nameof(Postcode), Postcode, true), (nameof(City), City, true), (nameof(Position), Position, false),
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
        PutByAddress(shop.Position);
        Stood = "oui";
        Phone = shop.Phone;
        Email = shop.Email ?? Email;
    }

    /// <summary>All that is wrong at once, one sentence for a field: what is missing in the page's words, the rest as the service says it.</summary>
    /// <param name="problem">The service's refusal of this form; it judges all of it, also what is missing.</param>
    /// <param name="asked">There are places that the address could be, to choose from.</param>
    internal Complaints Complain(Problem problem, Ui ui, bool asked)
    {
        var (complaints, fields) = (new Complaints(), Fields);
        var found = problem.Findings.Select(f => (Field: FieldOf(f), Message: f.Detail ?? ui["join.refused"])).ToLookup(f => f.Field, f => f.Message);
        foreach (var message in found[""])
        {
            complaints.Add("", message);
        }
        foreach (var (name, value, needed) in fields)
        {
            if ((needed && string.IsNullOrWhiteSpace(value) ? ui["join.missing." + name] : name == nameof(Position) && !Stands ? Unplaced() : found[name].FirstOrDefault()) is { } message)
            {
                complaints.Add(name, message);
            }
        }
        return complaints;

        // An address that is wrong itself may say the place once it is mended; where nobody knows addresses it does not, so that is said at once, too.
        string? Unplaced() => Point is null && !string.IsNullOrWhiteSpace(Position) ? ui["join.wrong.Position"]
            : asked ? ui["join.which.Position"]
            : _address.Any(f => complaints.For(f) is not null) ? ui[Point is null ? "join.missing.Position.address" : "join.moved.Position"]
            : ui[Point is null ? "join.missing.Position" : "join.moved.Position"];

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
        Inputs.Clean(Kind), new Text(Lines(Description) ?? "", Lines(english)), Inputs.Clean(Street), Inputs.Clean(Postcode), Inputs.Clean(City), Stands ? Point! : _nowhere,
        Inputs.Clean(Phone), Inputs.Clean(Email) is { Length: > 0 } email ? email : null);

    internal Position? Point => PlanView.Point(Position);

    /// <summary>The point is where the shop is: put there by somebody, or the place of the very address that is typed.</summary>
    internal bool Stands => Point is not null && (string.IsNullOrEmpty(Placed) || Placed.Split('|', 2) is not [var point, var address] || point != Position || address == Written);

    internal bool HasAddress => Written.Split('|').All(part => part.Length > 0);

    internal SoughtAddress Sought => new(Inputs.Clean(Street), Inputs.Clean(Postcode), Inputs.Clean(City));

    /// <summary>Somebody says that it is there, whatever the address.</summary>
    internal void Put(Position point) => (Position, Placed) = (PlanView.Write(point), null);

    internal void PutByAddress(Position point)
    {
        Position = PlanView.Write(point);
        Placed = $"{Position}|{Written}";
    }

    /// <summary>Another address by now is that of the point that stands.</summary>
    internal void KeepForAddress() => PutByAddress(Point!);

    /// <summary>The places to choose from that the page showed; none where another address has been typed since.</summary>
    internal IReadOnlyList<FoundAddress> Offered => ChoicesOf != Written ? [] :
        [.. (Choices ?? []).Take(MostChoices).Select(c => c.Split('|', 2)).Where(c => c.Length == 2 && PlanView.Point(c[0]) is not null).Select(c => new FoundAddress(c[1], PlanView.Point(c[0])!))];

    internal void Offer(IReadOnlyList<FoundAddress> found) => (Choices, ChoicesOf) = ([.. found.Take(MostChoices).Select(f => $"{PlanView.Write(f.Position)}|{f.Label}")], found.Count == 0 ? null : Written);

    private const int MostChoices = 10;

    // Stands for a place that nobody said, and no shop is there: the service refuses it with all else that is wrong.
    private static readonly Position _nowhere = new(0, 0);
    private static readonly string[] _address = [nameof(Street), nameof(Postcode), nameof(City)];

    private string Written => string.Join('|', ((string?[])[Street, Postcode, City]).Select(part => Inputs.Clean(part).Replace('|', ' ').ToLowerInvariant()));

    // A browser sends the lines of a text as no text is kept.
    private static string? Lines(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.ReplaceLineEndings("\n").Trim();
}
