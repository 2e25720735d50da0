using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Demo;

/// <summary>Loads the demo towns as a town's operator would: over the public APIs, never by SQL.</summary>
internal sealed class DemoLoader(string data, int portBase, Secrets secrets, Terminal terminal)
{
    private const string ApiKeySecret = "api-key:";

    // As nobody names a key of their own: the former ones of this name are revoked.
    private const string KeyName = "Démonstration (lanceur)";

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
        await Stock(api).RenewAsync(_files.Shops, token);
        terminal.Done($"Demo: {_files.Towns.Count} towns, {_files.Shops.Count} shops");
    }

    /// <summary>While the demo runs its figures are kept fresh; a service that is away only means that they are renewed the next time.</summary>
    public async Task KeepFreshAsync(CancellationToken token)
    {
        using var api = new DemoApi(Services.OperatorKey(secrets));
        using var timer = new PeriodicTimer(DemoStock.Interval);
        while (await timer.WaitForNextTickAsync(token))
        {
            try
            {
                await Stock(api).RenewAsync(_files.Shops, token);
            }
            catch (Exception away) when (away is DemoRefusedException or HttpRequestException || (away is TaskCanceledException && !token.IsCancellationRequested))
            {
                terminal.Warn($"The demo's stock was not renewed: {away.Message}");
            }
        }
    }

    private async Task LoadShopsAsync(DemoApi api, CancellationToken token)
    {
        // The importer looks for work a few times a second: more shops at once than cores, so that none waits for a look of its own.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = token };
        await Parallel.ForEachAsync(_files.Shops, parallel, async (shop, each) => await LoadShopAsync(api, shop, each));
        if (CardPayments.IsBuilt)
        {
            await new DemoMoney(CardPayments.Address(portBase), CardPayments.SecretKey(secrets)).OpenAsync(await IdsAsync(api, token), token);
        }

        // From the day on which it is loaded: what was ordered before keeps what it was ordered with.
        foreach (var town in _files.Towns.Where(t => t.Commission is not null))
        {
            var today = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));
            await _progress.OnceAsync($"commission {town.Slug}", DemoFiles.FingerprintOf(town.Commission!), () => api.SendAsync(HttpMethod.Put,
                new Uri(Services.Address(portBase, "ordering"), $"api/v1/towns/{town.Slug}/commission/{today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"), town.Commission!, token));
        }

        foreach (var coordinator in _files.People.Coordinators)
        {
            await _progress.OnceAsync($"coordinator {coordinator.Email}", DemoFiles.FingerprintOf(coordinator), () =>
                api.SendAsync(HttpMethod.Put, Merchants($"towns/{coordinator.Town}/coordinators"), new Coordinator(coordinator.Email), token));
        }
    }

    private async Task<IReadOnlyList<(ShopId Shop, DemoShop File)>> IdsAsync(DemoApi api, CancellationToken token)
    {
        var ids = new Dictionary<string, ShopId>();
        foreach (var town in _files.Towns)
        {
            ShopPage page;
            var read = 0;
            do
            {
                page = (await api.GetAsync<ShopPage>(Merchants($"towns/{town.Slug}/shops?pageSize=100&page={(read / 100) + 1}"), token))!;
                read += page.Items.Count;
                foreach (var shop in page.Items)
                {
                    ids[shop.Slug] = shop.Id;
                }
            }
            while (page.Items.Count > 0 && read < page.Total);
        }

        return [.. _files.Shops.Where(shop => ids.ContainsKey(shop.Slug)).Select(shop => (ids[shop.Slug], shop))];
    }

    private Task CreateAccountsAsync(DemoApi api, CancellationToken token) =>
        new DemoAccounts(_files, secrets).CreateAsync(api, Services.Address(portBase, "storefront"), _progress, data, token);

    private async Task LoadShopAsync(DemoApi api, DemoShop shop, CancellationToken token)
    {
        await _progress.OnceAsync($"shop {shop.Slug}", DemoFiles.FingerprintOf(shop), async () =>
        {
            await api.SendAsync(HttpMethod.Post, Merchants($"towns/{shop.Town}/shops"), DemoShapes.Shop(shop), token);
            await api.SendAsync(HttpMethod.Put, Merchants($"shops/{shop.Slug}/staff"), new StaffMember(DemoAccounts.OwnerOf(shop), "owner", shop.Owner), token);
        });
        await KeyAsync(api, shop, token);
        var file = DemoFiles.OffersOf(shop.Slug);
        await _progress.OnceAsync($"offers {shop.Slug}", DemoFiles.Fingerprint(file), () => DemoImport.RunAsync(api, Catalog($"shops/{shop.Slug}/imports/"), file, token));
        foreach (var made in shop.Batches ?? [])
        {
            await _progress.OnceAsync($"batches {shop.Slug} {made.Sku}", DemoFiles.FingerprintOf(made), async () =>
            {
                var address = Catalog($"shops/{shop.Slug}/offers/{made.Sku}");
                var sheet = await api.GetAsync<OfferSheet>(address, token);
                await api.SendAsync(HttpMethod.Put, address, sheet!.Definition with { Batches = made.Week }, token);
            });
        }
    }

    private async Task KeyAsync(DemoApi api, DemoShop shop, CancellationToken token)
    {
        // What a till needs; who keeps a shared point hands over the other shops' parcels there too.
        string[] scopes = ["orders:read", "orders:write", "offers:read", "offers:write", "stock:write", "shop:write", .. shop.KeepsPoint is null ? (string[])[] : ["point:write"]];
        await _progress.OnceAsync($"key {shop.Slug}", DemoFiles.FingerprintOf(scopes), async () =>
        {
            var keys = Merchants($"shops/{shop.Slug}/api-keys");
            foreach (var former in (await api.GetAsync<IReadOnlyList<ApiKey>>(keys, token))!.Where(key => key is { Name: KeyName, RevokedAt: null }))
            {
                await api.DeleteAsync(Merchants($"shops/{shop.Slug}/api-keys/{former.KeyId}"), token);
            }

            var created = await api.SendAsync<ApiKeyCreated>(HttpMethod.Post, keys, new ApiKeyRequest(KeyName, scopes), token);
            secrets.Set(ApiKeySecret + shop.Slug, created!.Key);
        }, lost: secrets.Find(ApiKeySecret + shop.Slug) is null);
    }

    private DemoStock Stock(DemoApi api) => new(api, Services.Address(portBase, "catalog"), TimeProvider.System);

    private Uri Catalog(string path) => new(Services.Address(portBase, "catalog"), $"api/v1/{path}");

    private Uri Merchants(string path) => new(Services.Address(portBase, "merchants"), $"api/v1/{path}");
}
