using System.Globalization;
using Marketplace.Contracts;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>
/// The basket's one form: whichever of its buttons is pressed, what stands in its fields comes along. Each line sends its offer, what is typed, what the page had
/// shown and what a piece weighed then; where the first two are the same nothing is asked, and what another tab put in since stands.
/// </summary>
internal sealed class BasketForm(IFormCollection form)
{
    private readonly Dictionary<OfferId, (string? Typed, string? Shown, long? PieceGrams)> _fields = Fields(form);
    private readonly OfferId? _out = Id(form["retirer"]);
    private readonly OfferId? _more = Id(form["quantite.plus"]);
    private readonly OfferId? _less = Id(form["quantite.moins"]);

    /// <summary>Whether it leads on to the hours of collection.</summary>
    public bool Checkout { get; } = form.ContainsKey("commander");

    /// <summary>Whether this line is to be another, and which quantity it is to have; none where what is typed is no quantity. Nought takes the line out as its button does.</summary>
    public bool Asks(BasketLine line, out long? quantity)
    {
        quantity = 0;
        if (line.Offer == _out)
        {
            return true;
        }
        if (!_fields.TryGetValue(line.Offer, out var field))
        {
            return false;
        }
        var measure = line.Measure;
        // What was typed counts pieces of another weight than the line has by now: nobody knows what is meant.
        quantity = field.PieceGrams == measure.PieceGrams && BasketPages.Quantity(field.Typed) is { } counted ? measure.Kept(counted) : null;
        var steps = line.Offer == _more ? 1 : line.Offer == _less ? -1 : 0;
        if (steps != 0 && quantity is { } from)
        {
            quantity = Math.Clamp(from + (steps * BasketQuantity.Step(measure)), BasketQuantity.Least(measure, line.Quantity), Math.Max(from, BasketQuantity.Most(measure)));
        }
        return steps != 0 || field.Typed != field.Shown;
    }

    private static Dictionary<OfferId, (string?, string?, long?)> Fields(IFormCollection form)
    {
        var (offers, typed, shown, pieces) = (form["offre"], form["quantite"], form["vu"], form[BasketPages.PieceField]);
        var fields = new Dictionary<OfferId, (string?, string?, long?)>();
        for (var i = 0; i < Math.Min(offers.Count, typed.Count); i++)
        {
            if (Id(offers[i]) is { } offer)
            {
                fields[offer] = (typed[i]?.Trim(), i < shown.Count ? shown[i] : null, i < pieces.Count ? BasketPages.PieceGrams(pieces[i]) : null);
            }
        }
        return fields;
    }

    private static OfferId? Id(string? text) => OfferId.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;
}
