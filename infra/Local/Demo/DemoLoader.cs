using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Demo;

/// <summary>Loads the demo towns as a town's operator would: over the public APIs, never by SQL.</summary>
internal sealed class DemoLoader(string data, int portBase, Secrets secrets, Terminal terminal)
{
    private const int OffersPerRequest = 500;
    private const string ApiKeySecret = "api-key:";

    private readonly DemoProgress _progress = new(Path.Combine(data, "demo.json"));
    private readonly DemoFiles _files = new();

    /// <summary>The demo shops' keys, by slug.</summary>
    public IReadOnlyDictionary<string, string> ApiKeys() => secrets.Under(ApiKeySecret);

    /// <summary>Who may sign in, with passwords made on this machine.</summary>
    public IReadOnlyList<Account> Accounts() => new DemoAccounts(_files, secrets).Loaded(data);

    public async Task LoadAsync(CancellationToken token)
    {
        using var api = new DemoApi(Services.OperatorKey(secrets));
        await _progress.OnceAsync("categories", DemoFiles.FingerprintOf(_files.Categories), () =>
            api.SendAsync(HttpMethod.Put, Catalog("categories"), _files.Categories.Select(DemoShapes.Category).ToList(), token));
        foreach (var town in _files.Towns)
        {
            await _progress.OnceAsync($"town {town.Slug}", DemoFiles.FingerprintOf(town), () =>
                api.SendAsync(HttpMethod.Put, Merchants($"towns/{town.Slug}"), DemoShapes.Town(town), token));
        }

        // Accounts cost a slow hash each, shops mostly waiting: side by side they take no longer than one of them.
        await Task.WhenAll(LoadShopsAsync(api, token), CreateAccountsAsync(api, token));
        terminal.Done($"Demo: {_files.Towns.Count} towns, {_files.Shops.Count} shops");
    }

    private async Task LoadShopsAsync(DemoApi api, CancellationToken token)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = token };
        await Parallel.ForEachAsync(_files.Shops, parallel, async (shop, each) => await LoadShopAsync(api, shop, each));
        foreach (var coordinator in _files.People.Coordinators)
        {
            await _progress.OnceAsync($"coordinator {coordinator.Email}", DemoFiles.FingerprintOf(coordinator), () =>
                api.SendAsync(HttpMethod.Put, Merchants($"towns/{coordinator.Town}/coordinators"), new Coordinator(coordinator.Email), token));
        }
    }

    private Task CreateAccountsAsync(DemoApi api, CancellationToken token) =>
        new DemoAccounts(_files, secrets).CreateAsync(api, Services.Address(portBase, "storefront"), _progress, data, token);

    private async Task LoadShopAsync(DemoApi api, DemoShop shop, CancellationToken token)
    {
        await _progress.OnceAsync($"shop {shop.Slug}", DemoFiles.FingerprintOf(shop), async () =>
        {
            await api.SendAsync(HttpMethod.Post, Merchants($"towns/{shop.Town}/shops"), DemoShapes.Shop(shop), token);
            await api.SendAsync(HttpMethod.Put, Merchants($"shops/{shop.Slug}/staff"), new StaffMember(DemoAccounts.OwnerOf(shop), "owner"), token);
        });
        if (secrets.Find(ApiKeySecret + shop.Slug) is null)
        {
            string[] scopes = ["orders:read", "orders:write", "offers:read", "offers:write", "stock:write", "shop:write"];
            var created = await api.SendAsync<ApiKeyCreated>(
                HttpMethod.Post, Merchants($"shops/{shop.Slug}/api-keys"), new ApiKeyRequest("Demo", scopes), token);
            secrets.Set(ApiKeySecret + shop.Slug, created!.Key);
        }

        var file = DemoFiles.OffersOf(shop.Slug);
        if (File.Exists(file))
        {
            await _progress.OnceAsync($"offers {shop.Slug}", DemoFiles.Fingerprint(file), () => LoadOffersAsync(api, shop, file, token));
        }
    }

    private async Task LoadOffersAsync(DemoApi api, DemoShop shop, string file, CancellationToken token)
    {
        foreach (var batch in DemoOffers.Read(file).Chunk(OffersPerRequest))
        {
            var answer = await api.SendAsync<BatchAnswer>(HttpMethod.Post, Catalog($"shops/{shop.Slug}/offers"), batch, token);
            if (answer is { Rejected: { Count: > 0 } rejected })
            {
                throw new DemoRefusedException(
                    $"{Path.GetFileName(file)}: {rejected.Count} offers were refused, the first being {batch[rejected[0].Index].Sku}: {rejected[0].Reason} {rejected[0].Detail}");
            }
        }
    }

    private Uri Catalog(string path) => new(Services.Address(portBase, "catalog"), $"api/v1/{path}");

    private Uri Merchants(string path) => new(Services.Address(portBase, "merchants"), $"api/v1/{path}");
}
