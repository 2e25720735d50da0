using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Provisioning.Servers;

/// <summary>Random secrets made at first need and kept in one file that only its owner may read.</summary>
public sealed class Secrets
{
    // The file is read anew each time: several parts of one program hold an instance of their own.
    private static readonly Lock Gate = new();

    private readonly string _path;

    private Secrets(string path) => _path = path;

    /// <summary>The secrets of a directory.</summary>
    public static Secrets Of(string directory) => new(Path.Combine(directory, "secrets.json"));

    /// <summary>The secret of that name, made at first need: 32 random bytes in lower-case hexadecimal.</summary>
    public string Get(string name)
    {
        lock (Gate)
        {
            return Find(name) ?? Set(name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }
    }

    /// <summary>The secret of that name, if there is one.</summary>
    public string? Find(string name)
    {
        lock (Gate)
        {
            return Read().GetValueOrDefault(name);
        }
    }

    /// <summary>All secrets whose name begins so, by the rest of the name.</summary>
    public IReadOnlyDictionary<string, string> Under(string prefix)
    {
        lock (Gate)
        {
            return Read().Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(one => one.Key[prefix.Length..], one => one.Value);
        }
    }

    /// <summary>Keeps a secret that was made elsewhere.</summary>
    public string Set(string name, string value)
    {
        lock (Gate)
        {
            var values = Read();
            values[name] = value;
            using (var file = PrivateFile.Create(_path + ".new"))
            {
                JsonSerializer.Serialize(file, values);
            }

            // A rename, so that a crash leaves the old file or the new one and never half of it.
            File.Move(_path + ".new", _path, overwrite: true);
            return value;
        }
    }

    private Dictionary<string, string> Read() =>
        File.Exists(_path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(_path)) ?? [] : [];
}
