using Marketplace.Storefront.Languages;
using Microsoft.EntityFrameworkCore.Storage;

namespace Marketplace.Storefront.Accounts.Mails;

/// <summary>The mails about an account, in the person's language.</summary>
internal sealed class AccountLetters(Postbox box, Words words, IConfiguration configuration, IHttpContextAccessor accessor)
{
    /// <returns>Whether it was written: one mailbox gets a few an hour.</returns>
    public Task<bool> ConfirmAsync(Person person, string confirmationToken, string? back = null) =>
        AskedAsync(person, person.Email!, "mail.confirm", Link("/compte/confirmation", ("p", person.Id.ToString()), ("jeton", confirmationToken), ("retour", back)));

    /// <summary>Somebody signed up with an address that has its account: only its owner learns so.</summary>
    public Task AlreadyHereAsync(Person person) => AskedAsync(person, person.Email!, "mail.already", Link("/compte/connexion"), Link("/compte/mot-de-passe-oublie"));

    public Task ResetAsync(Person person, string resetToken) =>
        AskedAsync(person, person.Email!, "mail.reset", Link("/compte/nouveau-mot-de-passe", ("p", person.Id.ToString()), ("jeton", resetToken)));

    public Task PasswordChangedAsync(Person person) => SendAsync(person, person.Email!, "mail.changed", Link("/compte/mot-de-passe-oublie"));

    public Task ConfirmNewAddressAsync(Person person, string address, string changeToken) =>
        AskedAsync(person, address, "mail.address", Link("/compte/nouvelle-adresse", ("p", person.Id.ToString()), ("adresse", address), ("jeton", changeToken)));

    public Task AddressChangedAsync(Person person, string formerAddress) => SendAsync(person, formerAddress, "mail.moved", person.Email!);

    public Task LockedAsync(Person person) => SendAsync(person, person.Email!, "mail.locked", Link("/compte/mot-de-passe-oublie"));

    public Task DeletedAsync(Person person) => SendAsync(person, person.Email!, "mail.deleted");

    public Task PasskeyAddedAsync(Person person, string? passkey) =>
        SendAsync(person, person.Email!, "mail.passkey-added", NameOf(person, passkey), Link("/compte"), Link("/compte/mot-de-passe-oublie"));

    public Task PasskeyRemovedAsync(Person person, string? passkey) => SendAsync(person, person.Email!, "mail.passkey-removed", NameOf(person, passkey), Link("/compte/mot-de-passe-oublie"));

    /// <summary>Nobody has this address. Costs what a letter costs, so that the time taken tells nothing.</summary>
    public Task NobodyAsync(string address) => box.PostAskedAsync("nobody", address, null);

    /// <summary>A change and the letters about it are committed together.</summary>
    public Task<IDbContextTransaction> TogetherAsync() => box.TogetherAsync();

    private Task SendAsync(Person person, string to, string key, params string[] values) => box.PostAsync(Write(person, to, key, values));

    /// <summary>What anybody may have sent, by typing an address.</summary>
    private Task<bool> AskedAsync(Person person, string to, string key, params string[] values) => box.PostAskedAsync(key, to, Write(person, to, key, values));

    private Mail Write(Person person, string to, string key, string[] values)
    {
        // Whoever signs up with another's address chooses the name: to a mailbox that confirmed nothing yet, this site does not repeat it.
        var greeted = person.EmailConfirmed && key != "mail.address" ? " " + person.Name : "";
        object[] all = [greeted, .. values];
        return new Mail(Guid.CreateVersion7().ToString(), to, words[LangOf(person), key + ".subject"], string.Format(null, words[LangOf(person), key + ".text"], all).ReplaceLineEndings("\r\n"));
    }

    private string NameOf(Person person, string? passkey) => passkey ?? words[LangOf(person), "account.passkey.unnamed"];

    private static Lang LangOf(Person person) => person.Language == "en" ? Lang.En : Lang.Fr;

    // The site's own address is a setting: the Host header is the visitor's to choose, and must not lead a reset link elsewhere.
    private string Link(string path, params ReadOnlySpan<(string Key, string? Value)> values)
    {
        var site = configuration["Storefront:PublicUrl"] ?? Development() ?? throw new InvalidOperationException("Storefront:PublicUrl is not set: the address that mails link to.");
        return site.TrimEnd('/') + path + LocalUrl.Query(values).ToUriComponent();
    }

    private string? Development() =>
        accessor.HttpContext is { } http && http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment() ? $"{http.Request.Scheme}://{http.Request.Host}" : null;
}
