using Dapper;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Storefront.Merchants.Assistants;

/// <summary>What assistants do at the counters of shops that asked for help.</summary>
internal sealed class ShopJournal(NpgsqlDataSource database, TimeProvider clock)
{
    private const int PageSize = 50;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(366);

    // Behind a line break, which neither a reference nor a figure holds, stands what the line says besides; older lines end before it.
    private const char Also = '\n';

    /// <param name="Action">Key of its sentence.</param>
    /// <param name="Subject">The order or the article it was about.</param>
    /// <param name="Said">The figure or the words that it carried.</param>
    /// <param name="Article">What the article was called at that moment.</param>
    /// <param name="Unit">What the figure counts: one of <see cref="JournalDesk.Units"/>.</param>
    internal sealed record Deed(string Action, string? Subject, string? Said, string? Article = null, string? Unit = null);

    /// <summary>Before the deed: whatever happens in between, nothing is done without a line.</summary>
    public async Task<Guid> BeginAsync(ShopId shop, PersonId person, Deed deed, CancellationToken token)
    {
        var (entry, now) = (Guid.CreateVersion7(), clock.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from shop_journal where at < @old;
            insert into shop_journal (entry_id, shop_id, at, person_id, action, subject, said) values (@entry, @shop, @now, @person, @Action, @Subject, @Said);
            """, new { entry, shop = shop.Value, now, old = now - KeptFor, person = person.Value, deed.Action, Subject = With(deed.Subject, deed.Article), Said = With(deed.Said, deed.Unit) }, cancellationToken: token));
        return entry;
    }

    public async Task EndAsync(Guid entry, bool done, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            "update shop_journal set outcome = @outcome where entry_id = @entry", new { entry, outcome = done ? "done" : "refused" }, cancellationToken: token));
    }

    private static string? With(string? text, string? also) => text is null || also is null ? text : text + Also + also.Replace(Also, ' ');

    private static (string? Text, string? Also) Parted(string? kept) => kept?.Split(Also, 2) switch { null => default, [var text, var also] => (text, also), [var text, ..] => (text, null), _ => default };

    /// <summary>The latest first.</summary>
    /// <param name="before">The last entry of the page before.</param>
    public async Task<JournalDesk.Entries> ReadAsync(ShopId shop, Guid? before, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            select j.entry_id as "EntryId", j.at as "At", p.name as "Name", j.action as "Action", j.subject as "Subject", j.said as "Said", j.outcome as "Outcome"
            from shop_journal j left join people p on p.id = j.person_id
            where j.shop_id = @shop and j.at >= @old and (@before::uuid is null or (j.at, j.entry_id) < (select at, entry_id from shop_journal where entry_id = @before and shop_id = @shop))
            order by j.at desc, j.entry_id desc limit @size
            """, new { shop = shop.Value, before, old = clock.GetUtcNow() - KeptFor, size = PageSize + 1 }, cancellationToken: token))).ToList();
        return new JournalDesk.Entries([.. rows.Take(PageSize).Select(Entry)], rows.Count > PageSize);
    }

    private static JournalDesk.Entry Entry(Row row)
    {
        var ((subject, article), (said, unit)) = (Parted(row.Subject), Parted(row.Said));
        return new JournalDesk.Entry(row.EntryId, row.At, row.Name, row.Action, subject, said, row.Outcome, article, unit);
    }

    private sealed class Row
    {
        public Guid EntryId { get; init; }
        public DateTime At { get; init; }
        public string? Name { get; init; }
        public required string Action { get; init; }
        public string? Subject { get; init; }
        public string? Said { get; init; }
        public string? Outcome { get; init; }
    }
}
