using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Demo;

/// <summary>The demo's people: residents, coordinators and one owner per shop, with passwords made on this machine.</summary>
internal sealed class DemoAccounts(DemoFiles files, Secrets secrets)
{
    // Without letters and digits that look alike: these are read from a terminal and typed.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    public static string OwnerOf(DemoShop shop) => $"{shop.Slug}@example.org";

    /// <summary>Those that the storefront knows.</summary>
    public IReadOnlyList<Account> Loaded(string data) => File.Exists(Marker(data)) ? All() : [];

    public async Task CreateAsync(DemoApi api, Uri storefront, DemoProgress progress, string data, CancellationToken token)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = token };
        await Parallel.ForEachAsync(All(), parallel, async (account, each) =>
        {
            var person = new { account.Email, account.Password, account.Name, Language = Language(account) };
            await progress.OnceAsync($"account {account.Email}", DemoFiles.FingerprintOf(person), () =>
                api.SendAsync(HttpMethod.Put, new Uri(storefront, "api/v1/people"), person, each));
        });

        await File.WriteAllTextAsync(Marker(data), JsonSerializer.Serialize(All().Count), token);
    }

    private string Language(Account account) => files.People.Residents.FirstOrDefault(person => person.Email == account.Email)?.Language ?? "fr";

    private List<Account> All() =>
    [
        .. files.People.Residents.Select(person => Account(person.Email, person.Name, "resident", null, person.Town)),
        .. files.People.Coordinators.Select(person => Account(person.Email, person.Name, "coordinator", null, person.Town)),
        .. files.Shops.Select(shop => Account(OwnerOf(shop), shop.Owner, "owner", shop.Slug, shop.Town)),
    ];

    private Account Account(string email, string name, string role, string? shop, string town) =>
        new(email, Password(email), name, role, shop, town);

    private string Password(string email) =>
        secrets.Find($"password:{email}")
        ?? secrets.Set($"password:{email}", string.Join('-', Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5))));

    private static string Marker(string data) => Path.Combine(data, "accounts.json");
}
