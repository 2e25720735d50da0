using Dapper;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Merchants.Shops;

/// <summary>Keys for tills and other programs of a shop. A coordinator cannot make one: it would open the shop's orders.</summary>
internal static class ApiKeyEndpoints
{
    /// <summary>No key has this scope: keys do not manage keys, nor people.</summary>
    public const string PeopleOnly = "people-only";

    public static RouteGroupBuilder MapApiKeys(this RouteGroupBuilder api)
    {
        api.MapPost("/shops/{shop}/api-keys", CreateAsync).RequireShop(PeopleOnly, ShopRole.Owner)
            .WithSummary("Makes a key and shows it, once: only its hash is kept, so a repeated request cannot be given the same key and makes another. The list tells which is to be revoked.");
        api.MapGet("/shops/{shop}/api-keys", ListAsync).RequireShop(PeopleOnly, ShopRole.Owner);
        api.MapDelete("/shops/{shop}/api-keys/{keyId:guid}", RevokeAsync).RequireShop(PeopleOnly, ShopRole.Owner);
        return api;
    }

    private static async Task<Created<ApiKeyCreated>> CreateAsync(HttpContext context, DirectoryChanges changes, ApiKeyRequest request, CancellationToken token)
    {
        ShopRules.CheckName(request.Name, "name");
        if (request.Scopes.Count == 0 || request.Scopes.Except(ApiKeys.Scopes).Any())
        {
            throw Refusal.Invalid("bad-scopes", "Choisissez au moins un droit parmi ceux qui existent.", "Choose at least one of the existing scopes.").With("scopes", ApiKeys.Scopes);
        }

        var (shop, key, keyId) = (context.GetShop().Id, ApiKeys.Create(), Guid.CreateVersion7());
        string[] scopes = [.. request.Scopes.Distinct()];
        await changes.RunAsync(async change =>
        {
            await change.WriteAsync(
                "insert into api_keys (id, shop_id, name, hash, scopes, created_at, changed) values (@keyId, @shop, @name, @hash, @scopes, @now, @changed)",
                new { keyId, shop = shop.Value, name = request.Name, hash = ApiKeys.Hash(key), scopes, now = change.Now, changed = change.Version });
            change.Append($"api-key-{keyId}", new ApiKeyIssued(keyId, shop, ApiKeys.Hash(key), scopes));
            return keyId;
        }, token);
        return TypedResults.Created($"/api/v1/shops/{context.GetShop().Slug}/api-keys/{keyId}", new ApiKeyCreated(keyId, key, scopes));
    }

    private static async Task<IEnumerable<ApiKey>> ListAsync(HttpContext context, NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var rows = await connection.QueryAsync<(Guid Id, string Name, string[] Scopes, DateTime CreatedAt, DateTime? RevokedAt, DateTime? LastUsedAt)>(new CommandDefinition(
            "select id, name, scopes, created_at, revoked_at, last_used_at from api_keys where shop_id = @shop order by created_at, id",
            new { shop = context.GetShop().Id.Value }, cancellationToken: token));
        return rows.Select(k => new ApiKey(k.Id, k.Name, k.Scopes, k.CreatedAt, k.RevokedAt, k.LastUsedAt));
    }

    private static async Task<NoContent> RevokeAsync(HttpContext context, DirectoryChanges changes, Guid keyId, CancellationToken token)
    {
        var shop = context.GetShop().Id;
        await changes.RunAsync(async change =>
        {
            // A key that was revoked before stays so: asking again is no error, and no news.
            var known = await change.ReadAsync<bool?>("select revoked_at is not null from api_keys where id = @keyId and shop_id = @shop", new { keyId, shop = shop.Value })
                ?? throw Refusal.NotFound("api-key", "Cette clé n’existe pas.", "There is no such key.");
            if (!known)
            {
                await change.WriteAsync("update api_keys set revoked_at = @now, changed = @changed where id = @keyId and shop_id = @shop",
                    new { now = change.Now, changed = change.Version, keyId, shop = shop.Value });
                change.Append($"api-key-{keyId}", new ApiKeyRevoked(keyId, shop));
            }

            return keyId;
        }, token);
        return TypedResults.NoContent();
    }
}
