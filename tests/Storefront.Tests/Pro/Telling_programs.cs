using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Webhooks;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Webhooks at the counter: its owner names an address, sees its secret once and what was sent there; nobody else sees them.</summary>
public sealed class Telling_programs(AccountsHost host) : AtTheCounter(host)
{
    private const string Hooks = Board + "/webhooks";

    [Fact]
    public async Task An_address_is_added_its_secret_shown_once_tried_paused_and_removed_after_asking()
    {
        await SignInAsync("owner");
        await _browser.OpenAsync($"{Board}/boutique");
        await _browser.OpenAsync(_browser.Page.QuerySelector(".rows a[href$='/webhooks']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("Aucun logiciel n'est prévenu pour le moment.");
        await _browser.SubmitAsync(Hooks, ("Url", "https://caisse.exemple.fr/commandes"), ("Name", "Caisse"), ("Types", "order.confirmed"), ("Types", "order.ready"), ("Types", "order.everything"));
        _browser.Status.ShouldBe(HttpStatusCode.Created);
        _browser.Page.QuerySelector("#le-secret")!.TextContent.ShouldBe("whsec_shown-once");
        _browser.Last.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var hook = _host.Services.Webhooks.Values.Single();
        hook.Types.ShouldBe(["order.confirmed", "order.ready"]);

        (await _browser.OpenAsync(Hooks)).Text.ShouldNotContain("whsec_shown-once");
        _browser.Words.ShouldContain("En service : prévenue de 2 évènements");
        var one = _browser.Page.QuerySelector(".dated a.btn")!.GetAttribute("href")!;
        (await _browser.OpenAsync(one)).Words.ShouldContain("Rien n'a encore été envoyé.");
        await _browser.SubmitAsync(one + "/essai");
        (await _browser.FollowAsync()).Words.ShouldContain("L'essai est parti");
        _host.Services.Deliveries.ShouldHaveSingleItem();
        await _browser.SubmitAsync(one + "/secret");
        var pressed = _browser.Page.QuerySelector($"form[action='{one}/secret'] input[name=Version]")!.GetAttribute("value")!;
        _browser.Page.QuerySelector("#le-secret")!.TextContent.ShouldBe("whsec_the-next");
        _browser.Words.ShouldContain("L'ancien secret signe encore");
        await _browser.PostAsync(one + "/secret", ("Version", "1")); // the same press, once more
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#le-secret").ShouldBeNull();
        _browser.Words.ShouldContain("rien n'a été refait");
        pressed.ShouldBe("2");

        await _browser.OpenAsync(one);
        await _browser.SubmitAsync(one + "/pause", ("Paused", "true"));
        (await _browser.FollowAsync()).Words.ShouldContain("L'adresse est en pause");
        (_host.Services.Webhooks.Values.Single().Status, _host.Services.Webhooks.Values.Single().Types.Count).ShouldBe(("paused", 2));
        _browser.Page.QuerySelector($"form[action='{one}/essai']").ShouldBeNull("nothing is sent while it is paused");

        await _browser.OpenAsync(_browser.Page.QuerySelector("a.danger")!.GetAttribute("href")!);
        _host.Services.Webhooks.ShouldNotBeEmpty("looked at, not pressed");
        await _browser.SubmitAsync(one + "/retrait");
        (await _browser.FollowAsync()).Words.ShouldContain("L'adresse est retirée.");
        _host.Services.Webhooks.ShouldBeEmpty();
        (await _browser.OpenAsync(one)).Location.ShouldBe(Hooks, "it is no longer there");
    }

    [Fact]
    public async Task What_was_sent_is_told_in_words_and_sent_again()
    {
        await SignInAsync("owner");
        var hook = new Webhook(Guid.NewGuid(), "https://caisse.exemple.fr/commandes", null, [], "active", null, Now.AddHours(-1), null, Now.AddDays(-2), 1, 3);
        _host.Services.Webhooks[hook.WebhookId] = hook;
        var order = OrderId.New();
        var failed = new WebhookDelivery(Guid.NewGuid(), "msg_1", "order.ready", Now.AddMinutes(-5), order, "waiting", 3, Now.AddMinutes(-1), Now.AddMinutes(30), 500, "<b>panne</b>", "status", 12);
        foreach (var sent in new[]
        {
            failed, failed with { DeliveryId = Guid.NewGuid(), EventId = "msg_2", Type = "order.confirmed", State = "delivered", Problem = null, Answer = 200, AnswerText = null, NextAt = null },
            failed with { DeliveryId = Guid.NewGuid(), EventId = "msg_3", Type = "order.cancelled", State = "given-up", Problem = "timeout", Answer = null, AnswerText = null, NextAt = null },
        })
        {
            _host.Services.Deliveries[sent.DeliveryId] = sent;
        }

        await _browser.OpenAsync($"{Hooks}/{hook.WebhookId}");
        _browser.Words.ShouldContain("Ne répond pas comme il faut depuis le");
        _browser.Words.ShouldContain("Commande prête");
        _browser.Words.ShouldContain("Pas reçu : l'adresse a répondu par une erreur.");
        _browser.Words.ShouldContain("Abandonné : pas de réponse en 15 secondes.");
        _browser.Page.QuerySelector("pre.code")!.TextContent.ShouldBe("<b>panne</b>", "what a stranger answered is text");
        _browser.Page.QuerySelector($"a[href='{Board}/commandes/{order}']").ShouldNotBeNull();
        await _browser.SubmitAsync($"{Hooks}/{hook.WebhookId}/envois/{failed.DeliveryId}");
        (await _browser.FollowAsync()).Words.ShouldContain("C'est reparti");

        _host.Services.Webhooks[hook.WebhookId] = hook with { Status = "off", OffReason = "failing" };
        (await _browser.OpenAsync($"{Hooks}/{hook.WebhookId}")).Words.ShouldContain("pendant trois jours, cette adresse n'a rien accepté");
        _browser.Page.QuerySelector("form[action*='/envois/']").ShouldBeNull();
        await _browser.SubmitAsync($"{Hooks}/{hook.WebhookId}/pause", ("Paused", "false"));
        _host.Services.Webhooks[hook.WebhookId].Status.ShouldBe("active");
    }

    [Fact]
    public async Task Nothing_typed_is_lost_when_the_address_is_refused()
    {
        await SignInAsync("owner");
        await _browser.OpenAsync(Hooks);
        await _browser.SubmitAsync(Hooks, ("Url", "http://caisse.exemple.fr"), ("Name", "Caisse"), ("Types", "order.ready"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Url"]);
        _browser.Page.QuerySelector("input[name=Url]")!.GetAttribute("value").ShouldBe("http://caisse.exemple.fr");
        _browser.Page.QuerySelector("input[name=Name]")!.GetAttribute("value").ShouldBe("Caisse");
        _browser.Page.QuerySelector("input[value='order.ready']")!.HasAttribute("checked").ShouldBeTrue();

        await _browser.SubmitAsync(Hooks, ("Url", "https://caisse.exemple.fr"));
        await _browser.OpenAsync(Hooks);
        await _browser.SubmitAsync(Hooks, ("Url", "https://caisse.exemple.fr"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Cette adresse est déjà enregistrée.");
        _host.Services.Webhooks.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Staff_is_told_who_may_and_is_shown_no_row()
    {
        (await _browser.OpenAsync($"{Board}/boutique")).Page.QuerySelector(".rows a[href$='/webhooks']").ShouldBeNull();
        (await _browser.OpenAsync(Hooks)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public void Every_event_and_every_problem_has_words_in_both_languages()
    {
        var words = new Words();
        foreach (var key in WebhooksDesk.Types.Append("test").Select(t => "pro.hooks.type." + t)
            .Concat(((string[])["status", "redirect", "timeout", "unreachable", "certificate", "address", "off", "paused"]).Select(p => "pro.hooks.problem." + p)))
        {
            words.Has(Lang.Fr, key).ShouldBeTrue(key);
            words.Has(Lang.En, key).ShouldBeTrue(key);
        }
    }
}
