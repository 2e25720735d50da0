using Marketplace.Storefront.Languages;
using Microsoft.EntityFrameworkCore.Storage;

namespace Marketplace.Storefront.Accounts.Mails;

/// <summary>The mails about an account, in the person's language.</summary>
internal sealed class AccountLetters(Postbox box, Words words, IConfiguration configuration, IHttpContextAccessor accessor)
{
    public Task ConfirmAsync(Person person, string confirmationToken) =>
        SendAsync(person, person.Email!, "mail.confirm", Link("/compte/confirmation", ("p", person.Id.ToString()), ("jeton", confirmationToken)));

    /// <summary>Somebody signed up with an address that has its account: only its owner learns so.</summary>
    public Task AlreadyHereAsync(Person person) => SendAsync(person, person.Email!, "mail.already", Link("/compte/connexion"), Link("/compte/mot-de-passe-oublie"));

    public Task ResetAsync(Person person, string resetToken) =>
        SendAsync(person, person.Email!, "mail.reset", Link("/compte/nouveau-mot-de-passe", ("p", person.Id.ToString()), ("jeton", resetToken)));

    public Task PasswordChangedAsync(Person person) => SendAsync(person, person.Email!, "mail.changed", Link("/compte/mot-de-passe-oublie"));

    public Task ConfirmNewAddressAsync(Person person, string address, string changeToken) =>
        SendAsync(person, address, "mail.address", Link("/compte/nouvelle-adresse", ("p", person.Id.ToString()), ("adresse", address), ("jeton", changeToken)));

    public Task AddressChangedAsync(Person person, string formerAddress) => SendAsync(person, formerAddress, "mail.moved", person.Email!);

    public Task LockedAsync(Person person) => SendAsync(person, person.Email!, "mail.locked", Link("/compte/mot-de-passe-oublie"));

    public Task DeletedAsync(Person person) => SendAsync(person, person.Email!, "mail.deleted");

    /// <summary>Nobody has this address. Costs what a letter costs, so that the time taken tells nothing.</summary>
    public Task NobodyAsync() => box.PostAsync(null);

    /// <summary>A change and the letters about it are committed together.</summary>
    public Task<IDbContextTransaction> TogetherAsync() => box.TogetherAsync();

    private Task SendAsync(Person person, string to, string key, params string[] values)
    {
        var lang = person.Language == "en" ? Lang.En : Lang.Fr;
        object[] all = [person.Name, .. values];
        return box.PostAsync(new Mail(Guid.CreateVersion7().ToString(), to, words[lang, key + ".subject"], string.Format(null, words[lang, key + ".text"], all).ReplaceLineEndings("\r\n")));
    }

    // The site's own address is a setting: the Host header is the visitor's to choose, and must not lead a reset link elsewhere.
    private string Link(string path, params ReadOnlySpan<(string Key, string? Value)> values)
    {
        var site = configuration["Storefront:PublicUrl"] ?? Development() ?? throw new InvalidOperationException("Storefront:PublicUrl is not set: the address that mails link to.");
        return site.TrimEnd('/') + path + LocalUrl.Query(values).ToUriComponent();
    }

    private string? Development() =>
        accessor.HttpContext is { } http && http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment() ? $"{http.Request.Scheme}://{http.Request.Host}" : null;
}
