using System.Collections.Concurrent;

namespace Marketplace.Testing;

/// <summary>Databases prepared once and copied often.</summary>
internal sealed class TemplateDatabases
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _prepared = new();

    public Task<string> GetOrPrepareAsync(string name, Func<Task<string>> prepare) =>
        _prepared.GetOrAdd(name, _ => new Lazy<Task<string>>(prepare)).Value;
}
