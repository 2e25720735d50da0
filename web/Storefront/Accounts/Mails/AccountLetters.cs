using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Accounts.Mails;

/// <summary>The mails about an account, in the person's language.</summary>
internal sealed class AccountLetters(Postbox box, Words words, IConfiguration configuration, IHttpContextAccessor accessor)
{
    public void Confirm(Person person, string confirmationToken) =>
        Send(person, person.Email!, "mail.confirm", Link("/compte/confirmation", ("p", person.Id.ToString()), ("jeton", confirmationToken)));

    /// <summary>Somebody signed up with an address that has its account: only its owner learns so.</summary>
    public void AlreadyHere(Person person) => Send(person, person.Email!, "mail.already", Link("/compte/connexion"), Link("/compte/mot-de-passe-oublie"));

    public void Reset(Person person, string resetToken) =>
        Send(person, person.Email!, "mail.reset", Link("/compte/nouveau-mot-de-passe", ("p", person.Id.ToString()), ("jeton", resetToken)));

    public void PasswordChanged(Person person) => Send(person, person.Email!, "mail.changed", Link("/compte/mot-de-passe-oublie"));

    public void ConfirmNewAddress(Person person, string address, string changeToken) =>
        Send(person, address, "mail.address", Link("/compte/nouvelle-adresse", ("p", person.Id.ToString()), ("adresse", address), ("jeton", changeToken)));

    public void AddressChanged(Person person, string formerAddress) => Send(person, formerAddress, "mail.moved", person.Email!);

    public void Locked(Person person) => Send(person, person.Email!, "mail.locked", Link("/compte/mot-de-passe-oublie"));

    public void Deleted(Person person) => Send(person, person.Email!, "mail.deleted");

    private void Send(Person person, string to, string key, params string[] values)
    {
        var lang = person.Language == "en" ? Lang.En : Lang.Fr;
        object[] all = [person.Name, .. values];
        box.Post(new Mail(to, words[lang, key + ".subject"], string.Format(null, words[lang, key + ".text"], all).ReplaceLineEndings("\r\n")));
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
