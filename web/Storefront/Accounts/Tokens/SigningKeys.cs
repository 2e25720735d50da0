using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Marketplace.Storefront.Accounts.Tokens;

/// <summary>
/// The ES256 keys that sign the tokens for the services. A new one is made every month and published an hour before it signs, so that no
/// service meets a token whose key it could not have fetched; an old one stays published while its last tokens live.
/// </summary>
internal sealed class SigningKeys(NpgsqlDataSource database, IDataProtectionProvider protection, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private static readonly TimeSpan PublishedBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan PublishedAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private const long LockKey = 0x4D504B_4A574B53; // "MPK JWKS"

    private readonly IDataProtector _protector = protection.CreateProtector("Marketplace.Storefront.SigningKeys.v1");
    private readonly SemaphoreSlim _one = new(1);
    private volatile Known? _known;

    /// <summary>The key to sign with now.</summary>
    public async Task<ECDsaSecurityKey> CurrentAsync(CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var keys = await AllAsync(token);
        return (keys.LastOrDefault(k => k.CreatedAt + PublishedBefore <= now) ?? keys[0]).Key;
    }

    /// <summary>What the services need to check a signature: public parts only.</summary>
    public async Task<IReadOnlyList<JsonWebKey>> PublishedAsync(CancellationToken token) => [.. (await AllAsync(token)).Select(k => Public(k.Key))];

    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<SigningKey>> AllAsync(CancellationToken token)
    {
        if (_known is { } known && known.Until > clock.GetUtcNow())
        {
            return known.Keys;
        }
        await _one.WaitAsync(token);
        try
        {
            if (_known is null || _known.Until <= clock.GetUtcNow())
            {
                _known = new Known(await LoadAsync(token), clock.GetUtcNow() + Fresh);
            }
            return _known.Keys;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<IReadOnlyList<SigningKey>> LoadAsync(CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // Two processes that start together must not each make a first key.
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", token);
        await ExecuteAsync(connection, "delete from signing_keys where created_at < $1", token, now - Lifetime - PublishedBefore - PublishedAfter);
        var keys = await ReadAsync(connection, token);
        if (keys.Count == 0 || keys[^1].CreatedAt + Lifetime <= now)
        {
            keys.Add(await MakeAsync(connection, now, token));
        }
        await transaction.CommitAsync(token);
        return keys;
    }

    private async Task<List<SigningKey>> ReadAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var select = new NpgsqlCommand("select kid, private_key, created_at from signing_keys order by created_at, kid", connection);
        await using var rows = await select.ExecuteReaderAsync(token);
        var keys = new List<SigningKey>();
        while (await rows.ReadAsync(token))
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(_protector.Unprotect(rows.GetFieldValue<byte[]>(1)), out _);
            keys.Add(new SigningKey(new ECDsaSecurityKey(key) { KeyId = rows.GetString(0) }, rows.GetFieldValue<DateTimeOffset>(2)));
        }
        return keys;
    }

    private async Task<SigningKey> MakeAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken token)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(9));
        await ExecuteAsync(connection, "insert into signing_keys (kid, private_key, created_at) values ($1, $2, $3)", token,
            kid, _protector.Protect(key.ExportPkcs8PrivateKey()), now);
        return new SigningKey(new ECDsaSecurityKey(key) { KeyId = kid }, now);
    }

    private static JsonWebKey Public(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kty = "EC",
            Crv = "P-256",
            Use = "sig",
            Alg = SecurityAlgorithms.EcdsaSha256,
            Kid = key.KeyId,
            X = Base64UrlEncoder.Encode(point.X!),
            Y = Base64UrlEncoder.Encode(point.Y!),
        };
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(token);
    }

    private sealed record SigningKey(ECDsaSecurityKey Key, DateTimeOffset CreatedAt);

    private sealed record Known(IReadOnlyList<SigningKey> Keys, DateTimeOffset Until);
}
