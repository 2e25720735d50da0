using System.Buffers.Binary;
using Marketplace.Catalog.Stock;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Display;

/// <summary>
/// What replicas tell one another through NOTIFY, in the transaction of the change itself: new levels whole, so that the hot path makes nobody
/// read again; of everything else only the ids. A payload holds 8,000 bytes at most. A note that is lost (its listener was away) costs nothing: who
/// comes back loads everything.
/// </summary>
internal static class DisplayNotes
{
    internal const string Channel = "catalog_display";
    internal const string Categories = "C";

    private const int LevelBytes = 16 + (8 * 5) + 4 + 1;
    private const int LevelsPerNote = 90;
    private const int OffersPerNote = 300;

    internal static void NoteLevels(this NpgsqlBatch batch, IEnumerable<LevelChange> changes)
    {
        foreach (var some in changes.Chunk(LevelsPerNote))
        {
            var bytes = new byte[some.Length * LevelBytes];
            for (var i = 0; i < some.Length; i++)
            {
                Write(bytes.AsSpan(i * LevelBytes), some[i]);
            }

            batch.Note("L" + Convert.ToBase64String(bytes));
        }
    }

    internal static void NoteOffers(this NpgsqlBatch batch, IEnumerable<Guid> offers)
    {
        foreach (var some in offers.Chunk(OffersPerNote))
        {
            var bytes = new byte[some.Length * 16];
            for (var i = 0; i < some.Length; i++)
            {
                some[i].TryWriteBytes(bytes.AsSpan(i * 16));
            }

            batch.Note("O" + Convert.ToBase64String(bytes));
        }
    }

    internal static void Note(this NpgsqlBatch batch, string payload) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select pg_notify('{Channel}', $1)")
        {
            Parameters = { new() { Value = payload, NpgsqlDbType = NpgsqlDbType.Text } },
        });

    internal static List<LevelChange> ReadLevels(string payload)
    {
        var bytes = Convert.FromBase64String(payload[1..]);
        var changes = new List<LevelChange>(bytes.Length / LevelBytes);
        for (var at = 0; at < bytes.Length; at += LevelBytes)
        {
            var b = bytes.AsSpan(at, LevelBytes);
            changes.Add(new LevelChange(new(new Guid(b[..16])), new Level(
                BinaryPrimitives.ReadInt64LittleEndian(b[16..]), BinaryPrimitives.ReadInt64LittleEndian(b[24..]), BinaryPrimitives.ReadInt64LittleEndian(b[32..]),
                (StockSource)b[48], new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(b[40..]), TimeSpan.Zero))
            {
                Safety = BinaryPrimitives.ReadInt64LittleEndian(b[49..]),
                FreshHours = BinaryPrimitives.ReadInt32LittleEndian(b[57..]) is >= 0 and var hours ? hours : null,
            }));
        }

        return changes;
    }

    internal static IEnumerable<Guid> ReadOffers(string payload)
    {
        var bytes = Convert.FromBase64String(payload[1..]);
        return Enumerable.Range(0, bytes.Length / 16).Select(i => new Guid(bytes.AsSpan(i * 16, 16)));
    }

    private static void Write(Span<byte> to, LevelChange change)
    {
        var (id, level) = change;
        id.Value.TryWriteBytes(to);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], level.OnHand);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], level.Reserved);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], level.Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[40..], level.AsOf.UtcTicks);
        to[48] = (byte)level.Source;
        BinaryPrimitives.WriteInt64LittleEndian(to[49..], level.Safety);
        BinaryPrimitives.WriteInt32LittleEndian(to[57..], level.FreshHours ?? -1);
    }
}
