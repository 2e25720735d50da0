using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// From which goods the law knows no withdrawal, each rule for its time (Code de la consommation L221-28). An order keeps what held when it was made. In doubt there is the
/// right: what stands here is not more than the law excepts. Books are no press.
/// </summary>
internal static class WithdrawalExceptions
{
    private sealed record Rule(string Reason, DateOnly From, DateOnly? To, string Source, Func<CategoryDefinition, bool> Is)
    {
        internal bool HoldsOn(DateOnly day) => From <= day && (To is null || day < To);
    }

    private static readonly DateOnly FirstDay = new(2014, 6, 13);

    // The first that applies counts: of a newspaper one need not say that it is also soon out of date.
    private static readonly Rule[] Table =
    [
        new("press", FirstDay, null, "L221-28 11°: newspapers, periodicals and magazines", c => c.Slug is "presse"),
        new("perishable", FirstDay, null, "L221-28 4°: what deteriorates or expires rapidly", c => c.Perishable),
        // Of these there is the right as long as they are sealed: whether they are nobody but their resident can say.
        new("recording", FirstDay, null, "L221-28 9°: audio and video recordings, once unsealed", c => c.Slug is "vinyles"),
        new("hygiene", FirstDay, null, "L221-28 5°: hygiene and health, once unsealed", c => c.Food || c.Alcohol || c.Slug is "beaute-hygiene" || c.Parent is "beaute-hygiene"),
    ];

    /// <summary>Null: nothing stands against it.</summary>
    internal static string? Of(CategoryDefinition? category, DateOnly day) => category is null ? null : Array.Find(Table, r => r.HoldsOn(day) && r.Is(category))?.Reason;
}
