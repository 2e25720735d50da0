using System.Text.Json;

namespace Marketplace.Local.Demo;

/// <summary>
/// Which parts are loaded, and in which version: a second start loads nothing, an interrupted one goes on where it was, a changed file is
/// loaded again.
/// </summary>
internal sealed class DemoProgress(string path)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _done =
        File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [] : [];

    /// <param name="part">Which part.</param>
    /// <param name="fingerprint">Which version of it.</param>
    /// <param name="load">Loads it.</param>
    /// <param name="lost">What it made is gone: it is loaded again.</param>
    public async Task OnceAsync(string part, string fingerprint, Func<Task> load, bool lost = false)
    {
        lock (_gate)
        {
            if (!lost && _done.GetValueOrDefault(part) == fingerprint)
            {
                return;
            }
        }

        await load();
        lock (_gate)
        {
            _done[part] = fingerprint;
            File.WriteAllText($"{path}.new", JsonSerializer.Serialize(_done));
            File.Move($"{path}.new", path, overwrite: true);
        }
    }
}
