using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Provisioning.Servers;

/// <summary>Random secrets made at first need and kept in one file that only its owner may read.</summary>
public sealed class Secrets
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Dictionary<string, string> _values;

    private Secrets(string path, Dictionary<string, string> values) => (_path, _values) = (path, values);

    /// <summary>The secrets of a directory.</summary>
    public static Secrets Of(string directory)
    {
        var path = Path.Combine(directory, "secrets.json");
        var values = File.Exists(path)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? []
            : [];
        return new Secrets(path, values);
    }

    /// <summary>The secret of that name, 32 random bytes in lower-case hexadecimal unless it was set otherwise.</summary>
    public string Get(string name)
    {
        lock (_gate)
        {
            if (_values.TryGetValue(name, out var known))
            {
                return known;
            }
        }

        return Set(name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    }

    /// <summary>The secret of that name, if there is one.</summary>
    public string? Find(string name)
    {
        lock (_gate)
        {
            return _values.GetValueOrDefault(name);
        }
    }

    /// <summary>Keeps a secret that was made elsewhere.</summary>
    public string Set(string name, string value)
    {
        lock (_gate)
        {
            _values[name] = value;
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var file = new FileStream(_path + ".new", options))
            {
                JsonSerializer.Serialize(file, _values);
            }

            // A rename, so that a crash leaves the old file or the new one and never half of it.
            File.Move(_path + ".new", _path, overwrite: true);
            return value;
        }
    }
}
