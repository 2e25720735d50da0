using System.Globalization;
using System.Text.Json;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Local.Mailbox;

/// <summary>A kept mail with its envelope; <see cref="Message"/> holds its bytes one per character.</summary>
internal sealed record Mail(string Id, DateTimeOffset At, string From, IReadOnlyList<string> To, string Message);

/// <summary>Mails as files, so that they outlive the launcher; the newest thousand are kept.</summary>
internal sealed class MailStore
{
    private const int Kept = 1000;

    private readonly string _folder;
    private readonly Lock _gate = new();
    private long _last;

    public MailStore(string folder)
    {
        _folder = folder;
        PrivateFile.EnsureFolder(folder);
    }

    public async Task<string> KeepAsync(string from, IReadOnlyList<string> to, string message, CancellationToken token)
    {
        var at = TimeProvider.System.GetUtcNow();
        var id = NextId(at);
        var path = Path.Combine(_folder, $"{id}.json");
        // Codes and links that choose a new password are in them.
        await PrivateFile.WriteAsync($"{path}.new", JsonSerializer.Serialize(new Mail(id, at, from, to, message)), token);
        File.Move($"{path}.new", path);
        foreach (var old in Files().Skip(Kept))
        {
            File.Delete(old);
        }

        return id;
    }

    /// <summary>Newest first.</summary>
    public IEnumerable<Mail> All() => Files().Select(Read).OfType<Mail>();

    public Mail? Find(string id) => id.All(char.IsAsciiDigit) ? Read(Path.Combine(_folder, $"{id}.json")) : null;

    // Ids are times in microseconds that never repeat: their order is the order of arrival.
    private string NextId(DateTimeOffset at)
    {
        lock (_gate)
        {
            _last = Math.Max(_last + 1, at.UtcTicks / 10);
            return _last.ToString("D17", CultureInfo.InvariantCulture);
        }
    }

    private IEnumerable<string> Files() => Directory.GetFiles(_folder, "*.json").OrderDescending(StringComparer.Ordinal);

    private static Mail? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Mail>(File.ReadAllText(path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
