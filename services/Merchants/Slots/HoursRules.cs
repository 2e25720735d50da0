using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Slots;

/// <summary>What hours and slot rules must be. Refuses with the sentence that the merchant's page shows.</summary>
internal static class HoursRules
{
    private const int MaxBlocks = 6;
    private const int MaxExceptions = 200;

    public static void Check(WeeklyHours hours)
    {
        if (hours.Days.Any(d => d.Day is < 1 or > 7) || hours.Days.DistinctBy(d => d.Day).Count() != hours.Days.Count)
        {
            throw Refusal.Invalid("bad-hours", "Chaque jour va de 1 (lundi) à 7 (dimanche) et ne figure qu’une fois.", "Days run from 1 (Monday) to 7 (Sunday), each at most once.");
        }

        foreach (var day in hours.Days)
        {
            Check(day.Blocks);
        }
    }

    public static void Check(SlotRules rules)
    {
        Demand(rules.Minutes is >= 5 and <= 720, "bad-slot-length", "Un créneau dure de 5 minutes à 12 heures.", "A slot lasts from 5 minutes to 12 hours.");
        Demand(rules.Capacity is >= 1 and <= 10_000, "bad-capacity", "Un créneau accueille de 1 à 10 000 commandes.", "A slot takes from 1 to 10,000 orders.");
        Demand(rules.LeadMinutes is >= 0 and <= 14 * Block.DayMinutes, "bad-lead-time", "Le délai de préparation va de 0 à 14 jours.", "The lead time is 0 to 14 days.");
        Demand(rules.CutOff is null || Block.TryParseMinute(rules.CutOff, out _), "bad-cut-off", "L’heure limite s’écrit « 14:00 ».", "The cut-off is written “14:00”.");
        Demand(rules.CutOffs is null || (rules.CutOffs.All(c => c.Day is >= 1 and <= 7 && Block.TryParseMinute(c.At, out _)) && rules.CutOffs.DistinctBy(c => c.Day).Count() == rules.CutOffs.Count), "bad-cut-off",
            "Chaque jour de 1 (lundi) à 7 (dimanche) a une heure limite au plus, écrite « 14:00 ».", "Each day from 1 (Monday) to 7 (Sunday) has one cut-off at most, written “14:00”.");
        Demand(rules.HoldOpeningDays is >= 0 and <= 30, "bad-hold", "Les commandes sont gardées de 0 à 30 jours d’ouverture.", "Orders are kept for 0 to 30 opening days.");
    }

    public static void Check(IReadOnlyList<ExceptionalHours> exceptions)
    {
        Demand(exceptions.Count <= MaxExceptions, "too-many-exceptions", "Pas plus de 200 dates d’exception.", "No more than 200 exceptions.");
        foreach (var exception in exceptions)
        {
            Demand(exception.From <= exception.To && exception.To.DayNumber - exception.From.DayNumber <= 366, "bad-dates",
                "La fin d’une fermeture suit son début, d’un an au plus.", "A closure ends after it starts, within a year.");
            Demand(exception.Reason is not { Length: > 200 }, "too-long", "Le motif tient en 200 caractères.", "A reason has at most 200 characters.");
            Check(exception.Blocks);
        }
    }

    private static void Check(IReadOnlyList<HoursBlock> hours)
    {
        var blocks = new List<Block>();
        foreach (var block in hours)
        {
            Demand(Block.TryParse(block, out var parsed), "bad-hours",
                $"La plage « {block.From} – {block.To} » n’est pas valable : écrivez par exemple 08:30 – 12:30.", $"“{block.From} – {block.To}” is no block of hours: write for example 08:30 – 12:30.");
            blocks.Add(parsed);
        }

        Demand(blocks.Count <= MaxBlocks, "bad-hours", "Pas plus de six plages par jour.", "No more than six blocks a day.");
        blocks.Sort((a, b) => a.From - b.From);
        Demand(blocks.Zip(blocks.Skip(1)).All(pair => pair.First.To <= pair.Second.From), "overlapping-hours",
            "Deux plages d’un même jour se chevauchent.", "Two blocks of a day overlap.");
    }

    private static void Demand(bool holds, string code, string sentence, string english)
    {
        if (!holds)
        {
            throw Refusal.Invalid(code, sentence, english);
        }
    }
}
