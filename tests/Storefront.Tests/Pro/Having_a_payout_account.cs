using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The account to which a shop's part of card payments goes: opened, answered for, and told of in words that say what to do.</summary>
public sealed class Having_a_payout_account(AccountsHost host) : AtTheCounter(host)
{
    private const string Here = Board + "/argent/compte";
    private static readonly PayoutAccount _none = new("none", false, false, [], [], null, null, null);

    [Fact]
    public async Task Is_opened_and_its_questions_are_followed()
    {
        await SignInAsync("owner");
        _host.Services.Account = _none;
        await _browser.OpenAsync(Board + "/argent");
        _browser.Page.QuerySelector($"a[href='{Here}']").ShouldNotBeNull();
        (await _browser.OpenAsync(Here)).Words.ShouldContain("Votre boutique n'a pas encore de compte de paiement");
        _browser.Page.QuerySelector($"a[href='{Here}/questions']").ShouldBeNull("there is nothing to answer yet");
        await _browser.SubmitAsync(Here);
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("Votre compte attend vos réponses");
        _host.Services.AskedOf("ordering", "shops/boulangerie/money/account").Count(a => a.Method == "PUT").ShouldBe(1);

        await _browser.OpenAsync(Here + "/questions");
        (_browser.Status, _browser.Location).ShouldBe((HttpStatusCode.Redirect, "https://connect.example/setup/e/acct_1/abc"));
        await _browser.OpenAsync(Here + "?retour=1");
        _browser.Words.ShouldContain("Vous êtes de retour. Voici où en est votre compte.");
        _host.Services.AskedOf("ordering", "shops/boulangerie/money/account?look=true").ShouldNotBeEmpty("that somebody comes back proves nothing");
        (await _browser.OpenAsync(Here + "?encore=1")).Words.ShouldContain("Ce lien ne servait qu'une fois");
    }

    [Theory]
    [InlineData("asked", "Stripe vous demande encore quelque chose", true), InlineData("overdue", "Le délai est passé", true), InlineData("unfinished", "Il ne peut rien recevoir avant", true)]
    [InlineData("checked", "Il n'y a rien à faire", false), InlineData("limited", "Stripe limite votre compte", true), InlineData("refused", "Stripe a refusé ce compte", false)]
    [InlineData("ready", "Votre compte est prêt", true), InlineData("closed", "Le paiement par carte n'est pas ouvert ici", false), InlineData("opening", "Rien n'est perdu", false)]
    public async Task Says_how_it_stands_and_what_to_do(string state, string words, bool answers)
    {
        await SignInAsync("owner");
        _host.Services.Account = new(state, state == "ready", state == "ready", ["external_account", "individual.verification.document", "individual.dob.day", "individual.first_name", "tos_acceptance.ip", "company.tax_id", "future.thing"], [], Now.AddDays(3), null, Now);
        (await _browser.OpenAsync(Here)).Words.ShouldContain(words);
        (_browser.Page.QuerySelector($"a[href='{Here}/questions']") is not null).ShouldBe(answers);
        if (state is "asked" or "overdue" or "unfinished")
        {
            _browser.Page.QuerySelectorAll(".notice li").Select(Browser.WordsOf).ShouldBe(["votre compte bancaire (IBAN)", "une pièce d'identité ou un justificatif", "la personne qui représente l'entreprise : nom, naissance, adresse",
                "votre accord à ses conditions", "votre entreprise : activité, adresse, SIRET", "d'autres renseignements, dits sur sa page"]);
        }
    }

    [Fact]
    public async Task Says_so_where_it_was_not_done()
    {
        await SignInAsync("owner");
        _host.Services.Account = _none;
        _host.Services.Refusals["boulangerie/money/account/link"] = (HttpStatusCode.Conflict, "account-unavailable");
        await _browser.OpenAsync(Here + "/questions");
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("Stripe ne répond pas en ce moment. Rien n'est perdu");
        _host.Services.Refusals.Clear();
    }

    // It keeps no shop from opening, and is asked for where online payment is wanted.
    [Fact]
    public async Task Stands_on_the_list_of_what_a_shop_needs()
    {
        await SignInAsync("owner");
        _host.Services.Account = _none;
        var asked = ProSamples.Asking("boulangerie");
        _host.Services.Applications["boulangerie"] = asked with { Opening = asked.Opening with { Checklist = [new("hours", true)] } };
        (await _browser.OpenAsync(Board + "/ouverture")).Words.ShouldContain("Compte de paiement si vous le voulez");
        _browser.Page.QuerySelector($".checklist a[href='{Here}']").ShouldNotBeNull();
        _host.Services.Account = _none with { State = "ready", CanReceive = true, PaysOut = true };
        (await _browser.OpenAsync(Board + "/ouverture")).Words.ShouldContain("Compte de paiement fait");
        _host.Services.Account = _none with { State = "closed" };
        (await _browser.OpenAsync(Board + "/ouverture")).Words.ShouldNotContain("Compte de paiement");
        _browser.Words.ShouldContain("Les clients paient en boutique.");
        _host.Services.Applications.Clear();
    }
}
