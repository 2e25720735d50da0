using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.StripeSimulator.Books;

/// <summary>
/// All that happened, in memory and in one file: each change is one line, with all that it touched, written before anybody is answered, so a killed simulator comes
/// back as it was; a line that was being written then never happened. One change at a time.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Shelf> _shelves = [];
    private FileStream _file;
    private readonly SimulatedClock _clock;

    public Ledger(SimulatorSettings settings, SimulatedClock clock)
    {
        _clock = clock;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(settings.Data))!);
            _file = new FileStream(settings.Data, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SimulatorException($"{settings.Data} cannot be opened; another simulator may have it: {failure.Message}", failure);
        }

        int lines;
        try
        {
            lines = Replay();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            _file.Dispose();
            throw new SimulatorException($"{settings.Data} is no file of the simulator’s, or was changed by hand: {unreadable.Message} Take it away to begin anew.", unreadable);
        }

        if (lines > 2000 && lines > 2 * _shelves.Values.Sum(s => s.Count))
        {
            Compact();
        }

        clock.Ahead = TimeSpan.FromSeconds(Read("control", "clock")?.Number("ahead") ?? 0);
    }

    /// <summary>What falls due by itself, before anything else is done.</summary>
    internal Action<Change> Sweep { get; set; } = _ => { };

    /// <summary>Something may have to be sent.</summary>
    internal event Action? Changed;

    /// <summary>Does one thing whole, or, where it throws, not at all.</summary>
    internal T Do<T>(Func<Change, T> work)
    {
        T result = default!;
        bool changed;
        lock (_gate)
        {
            changed = Commit(Sweep);
            changed |= Commit(change => result = work(change));
        }

        if (changed)
        {
            Changed?.Invoke();
        }

        return result;
    }

    internal void Do(Action<Change> work) => Do(change =>
    {
        work(change);
        return true;
    });

    public void Dispose() => _file.Dispose();

    internal Shelf Of(string kind) => _shelves.TryGetValue(kind, out var shelf) ? shelf : _shelves[kind] = new Shelf(kind);

    private bool Commit(Action<Change> work)
    {
        var change = new Change(this, _clock.GetUtcNow());
        work(change);
        if (change.Made.Count == 0)
        {
            return false;
        }

        var line = new JsonArray([.. change.Made.Select(m => (JsonNode)new JsonArray(m.Key.Kind, m.Key.Id, m.Value?.DeepClone()))]);
        var before = _file.Position;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
            _file.Flush();
        }
        catch (IOException)
        {
            // Half a line would spoil the next one: what could not be written did not happen.
            _file.SetLength(before);
            throw;
        }

        foreach (var ((kind, id), value) in change.Made)
        {
            Of(kind).Put(id, value);
        }

        return true;
    }

    private JsonObject? Read(string kind, string id) => Of(kind).Find(id);

    private int Replay()
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var (start, lines) = (0, 0);
        for (int end; (end = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += end + 1, lines++)
        {
            foreach (var entry in JsonNode.Parse(bytes.AsSpan(start, end)) as JsonArray ?? throw new JsonException("A line is no list."))
            {
                if (entry is not JsonArray { Count: 3 } change || change[0] is not JsonValue kind || change[1] is not JsonValue id || change[2] is not (null or JsonObject))
                {
                    throw new JsonException("A line is of another form.");
                }

                Of(kind.GetValue<string>()).Put(id.GetValue<string>(), (JsonObject?)change[2]?.DeepClone());
            }
        }

        // Half a line that was being written when it was killed never happened. Anything else is somebody's.
        ReadOnlySpan<byte> half = bytes.AsSpan(start), begins = "[[\""u8;
        if (!half.StartsWith(begins) && !begins.StartsWith(half))
        {
            throw new JsonException("Its end is of another form.");
        }

        _file.SetLength(start);
        _file.Position = start;
        return lines;
    }

    // In place of the old one only once it is whole.
    private void Compact()
    {
        var whole = new MemoryStream();
        foreach (var shelf in _shelves.Values)
        {
            foreach (var id in shelf.Ids)
            {
                whole.Write(Encoding.UTF8.GetBytes(new JsonArray(new JsonArray(shelf.Kind, id, shelf.Find(id)!.DeepClone())).ToJsonString() + "\n"));
            }
        }

        var (name, opened) = (_file.Name, new FileStream(_file.Name + ".new", FileMode.Create, FileAccess.ReadWrite, FileShare.None));
        opened.Write(whole.GetBuffer(), 0, (int)whole.Length);
        opened.Flush(flushToDisk: true);
        File.Move(name + ".new", name, overwrite: true);
        _file.Dispose();
        _file = opened;
    }
}

/// <summary>The objects of one kind, in the order in which they were made.</summary>
internal sealed class Shelf(string kind)
{
    private readonly Dictionary<string, JsonObject> _items = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, List<string>> _under = [];
    private readonly SortedSet<(long At, string Id)> _due = new(Comparer<(long At, string Id)>.Create((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Id, b.Id)));

    internal string Kind => kind;

    internal int Count => _items.Count;

    internal IEnumerable<string> Ids => _order.Where(_items.ContainsKey);

    internal IReadOnlyList<string> Order => _order;

    internal JsonObject? Find(string id) => _items.GetValueOrDefault(id);

    internal IReadOnlyList<string> Under(string parent) => _under.GetValueOrDefault(parent) ?? [];

    internal IEnumerable<string> DueBy(long at) => _due.TakeWhile(d => d.At <= at).Select(d => d.Id);

    internal long? NextDue => _due.Count == 0 ? null : _due.Min.At;

    internal static string? ParentOf(string kind, JsonObject item) => kind switch
    {
        "refund" or "charge" => item.Find("payment_intent"),
        "transfer" => item.Find("transfer_group"),
        "transfer_reversal" => item.Find("transfer"),
        _ => null,
    };

    internal void Put(string id, JsonObject? item)
    {
        var timed = kind is "due" or "delivery";
        if (timed && _items.TryGetValue(id, out var before))
        {
            _due.Remove((before.Number("at"), id));
        }

        if (item is null)
        {
            if (_items.Remove(id))
            {
                _order.Remove(id);
            }

            return;
        }

        if (!_items.ContainsKey(id))
        {
            _order.Add(id);
            if (ParentOf(kind, item) is { } parent)
            {
                (_under.TryGetValue(parent, out var list) ? list : _under[parent] = []).Add(id);
            }
        }

        _items[id] = item;
        if (timed)
        {
            _due.Add((item.Number("at"), id));
        }
    }
}

/// <summary>One change under way: it sees what it has changed itself, nobody else does before it is whole.</summary>
internal sealed class Change(Ledger ledger, DateTimeOffset now)
{
    internal Dictionary<(string Kind, string Id), JsonObject?> Made { get; } = [];

    internal DateTimeOffset Now { get; } = now;

    /// <summary>The call that it answers.</summary>
    internal (string? Id, string? Key) Request { get; set; }

    /// <summary>A copy, to be changed and put back.</summary>
    internal JsonObject? Find(string kind, string id) => (JsonObject?)(Made.TryGetValue((kind, id), out var mine) ? mine : ledger.Of(kind).Find(id))?.DeepClone();

    internal void Put(string kind, string id, JsonObject? item) => Made[(kind, id)] = (JsonObject?)item?.DeepClone();

    /// <summary>As if nothing had been changed yet.</summary>
    internal void Undo() => Made.Clear();

    internal void Put(string kind, JsonObject item) => Put(kind, item.Text("id"), item);

    /// <summary>In the order in which they were made.</summary>
    internal IEnumerable<JsonObject> All(string kind) => Whole(kind, ledger.Of(kind).Order, _ => true);

    internal IEnumerable<JsonObject> Under(string kind, string parent) => Whole(kind, ledger.Of(kind).Under(parent), item => Shelf.ParentOf(kind, item) == parent);

    internal IEnumerable<JsonObject> DueBy(string kind, long at) => ledger.Of(kind).DueBy(at).ToList().Select(id => Find(kind, id)).OfType<JsonObject>();

    private List<JsonObject> Whole(string kind, IReadOnlyList<string> ids, Func<JsonObject, bool> belongs)
    {
        var known = ids.ToList();
        return known.Concat(Made.Keys.Where(k => k.Kind == kind && ledger.Of(kind).Find(k.Id) is null).Select(k => k.Id)).Select(id => Find(kind, id)).OfType<JsonObject>().Where(belongs).ToList();
    }
}
