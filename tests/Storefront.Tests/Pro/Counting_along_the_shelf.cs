using System.Net;
using AngleSharp.Html.Dom;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The counting list without script: a form with a code and a number, rows to be set right, a comparison, and one press that applies.</summary>
public sealed class Counting_along_the_shelf(AccountsHost host) : AtTheCounter(host)
{
    private const string Count = Board + "/comptage";

    [Fact]
    public async Task From_the_first_scan_to_the_stock()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5, ean: "3017620422003");
        await _browser.OpenAsync($"{Board}/stock");
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href$='/comptage']")!.GetAttribute("href")!);
        await _browser.SubmitAsync(Count + "/debut");
        (await _browser.FollowAsync()).Words.ShouldContain("Rien n'est encore compté");
        await ScanAsync("3017620422003");
        _browser.Page.QuerySelector("[role=status]")!.TextContent.ShouldContain("Pain complet");
        await ScanAsync("PAIN", "3");
        Browser.WordsOf(_browser.Page.QuerySelector(".counted-figure")).ShouldBe("4");
        await ScanAsync("9999");
        _browser.Words.ShouldContain("Code inconnu");
        var make = _browser.Page.QuerySelector(".counted-row a[href*='/produits/nouveau']")!.GetAttribute("href")!;
        (await _browser.OpenAsync(make)).Page.QuerySelector("input[name=Sku]")!.GetAttribute("value").ShouldBe("9999");
        await _browser.OpenAsync(Count);
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href$='/comparer']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("1 article ne sera pas appliqué");
        Browser.WordsOf(_browser.Page.QuerySelector(".compared tbody tr")).ShouldBe("Pain complet 4 5 −1");
        await _browser.SubmitAsync(Count + "/appliquer");
        (await _browser.FollowAsync()).Words.ShouldContain("1 article mis à jour");
        (_browser.Status, _host.Services.Counting.List!.Status).ShouldBe((HttpStatusCode.OK, "applied"));
        (await _browser.OpenAsync(Count)).Words.ShouldContain("Commencer à compter");
    }

    [Fact]
    public async Task A_code_whose_last_figure_does_not_fit_is_mistyped_and_no_new_product()
    {
        await BeginAsync();
        await ScanAsync("978 2070612751");
        _browser.Words.ShouldContain("Code mal tapé : le dernier chiffre ne correspond pas. Vérifiez le code");
        _browser.Words.ShouldNotContain("Code inconnu");
        _browser.Page.QuerySelector("[role=status]")!.TextContent.ShouldContain("mal tapé 978");
        _browser.Page.QuerySelector(".counted-row a[href*='/produits/nouveau']").ShouldBeNull();

        // The right one, a reference of the shop's own, and thirteen figures that the shop itself uses.
        await ScanAsync("9782070612758");
        _browser.Words.ShouldContain("Code inconnu : rien ne sera changé.");
        _host.Services.Offers["1234567890123"] = ProSamples.Offer("1234567890123", "Carte postale", 5);
        await ScanAsync("1234567890123");
        _browser.Page.QuerySelector("[role=status]")!.TextContent.ShouldContain("Carte postale");
    }

    // The page of the same form again: by the button "back", or pressed twice.
    [Fact]
    public async Task A_form_sent_twice_counts_once_and_with_another_code_it_is_told()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await BeginAsync();
        var key = ((IHtmlInputElement)_browser.Page.QuerySelector("form[data-count] input[name=Key]")!).Value;
        var count = _host.Services.Counting.List!.CountId.ToString();
        for (var n = 0; n < 2; n++)
        {
            await _browser.PostAsync(Count, ("Count", count), ("Key", key), ("Code", "PAIN"), ("Quantity", ""));
            _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        }
        _host.Services.Counting.List!.Items.Single().Counted.ShouldBe(1);
        await _browser.PostAsync(Count, ("Count", count), ("Key", key), ("Code", "TARTE"), ("Quantity", "2"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Ce formulaire avait déjà servi");
        (Value("Code"), Value("Quantity")).ShouldBe(("TARTE", "2"), "nothing typed is lost");
        Value("Key").ShouldNotBe(key);
        await _browser.SubmitAsync(Count);
        _host.Services.Counting.List!.Items[0].ShouldSatisfyAllConditions(i => i.Code.ShouldBe("TARTE"), i => i.Counted.ShouldBe(2));
    }

    // What the script sends once the network is back.
    [Fact]
    public async Task A_scan_that_waited_says_how_long_ago_it_was()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await BeginAsync();
        _browser.Page.QuerySelector("[data-count-later]")!.GetAttribute("data-page").ShouldBe(Count);
        foreach (var (seconds, ago) in new[] { ("90", 90L), ("", 0), ("-5", 0), ("hier", 0) })
        {
            await _browser.PostAsync(Count, ("Count", _host.Services.Counting.List!.CountId.ToString()), ("Key", "k" + seconds), ("Code", "PAIN"), ("Quantity", ""), ("Seconds", seconds));
            _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
            _host.Services.Counting.Last!.AgoSeconds.ShouldBe(ago);
        }
        _host.Services.Counting.List!.Items.Single().Counted.ShouldBe(4);
    }

    [Fact]
    public async Task A_row_is_set_right_by_steps_by_its_number_or_taken_out()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await BeginAsync();
        await ScanAsync("PAIN");
        await RowAsync(("Delta", "1"));
        await RowAsync(("OnHand", "7"));
        await RowAsync(("Delta", "-1"));
        Browser.WordsOf(_browser.Page.QuerySelector(".counted-figure")).ShouldBe("6");
        await RowAsync(("OnHand", "sept"));
        (_browser.Status, ((IHtmlInputElement)_browser.Page.QuerySelector(".counted-row input[name=OnHand]")!).Value, Value("Code")).ShouldBe((HttpStatusCode.UnprocessableEntity, "sept", ""));
        await RowAsync(("OnHand", "9"), ("Seen", "2"));
        (_browser.Status, _host.Services.Counting.List!.Items.Single().Counted).ShouldBe((HttpStatusCode.Conflict, 6));
        _browser.Words.ShouldContain("Quelqu'un a compté cet article entre-temps");
        await RowAsync(("Drop", "1"));
        _host.Services.Counting.List!.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_counted_on_meanwhile_is_shown_before_it_is_applied()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await BeginAsync();
        await ScanAsync("PAIN");
        await _browser.OpenAsync(Count + "/comparer");
        var list = _host.Services.Counting.List!;
        _host.Services.Counting.List = list with { Version = 9, Items = [list.Items[0] with { Counted = 2, Becomes = 2, Since = -1 }] };
        await _browser.SubmitAsync(Count + "/appliquer");
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Words.ShouldContain("La liste a changé entre-temps");
        _browser.Words.ShouldContain("−1 depuis le comptage");
        _host.Services.Counting.List.Status.ShouldBe("open");
        await _browser.SubmitAsync(Count + "/appliquer");
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _host.Services.Counting.List.Status.ShouldBe("applied");
    }

    // Somebody scanned on Monday and left; what lies there is scanned again on Friday.
    [Fact]
    public async Task A_list_left_long_ago_is_gone_on_with_only_when_it_is_said()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await BeginAsync();
        await ScanAsync("PAIN");
        var list = _host.Services.Counting.List!;
        _host.Services.Counting.List = list with { Items = [list.Items[0] with { At = DateTimeOffset.UtcNow.AddHours(-13) }] };
        (await _browser.OpenAsync(Count)).Words.ShouldContain("Une liste commencée n'a pas été appliquée");
        _browser.Page.QuerySelector("form[data-count]").ShouldBeNull();
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href*='suite=']")!.GetAttribute("href")!);
        _browser.Page.QuerySelector("form[data-count]").ShouldNotBeNull();
        await _browser.OpenAsync(Count);
        await _browser.SubmitAsync(Count + "/abandon");
        (await _browser.FollowAsync()).Words.ShouldContain("Commencer à compter");
    }

    [Fact]
    public async Task What_the_service_refuses_for_another_reason_is_said_and_nothing_typed_is_lost()
    {
        await BeginAsync();
        _host.Services.Counting.Refusing = (HttpStatusCode.TooManyRequests, "too-many-requests");
        await _browser.SubmitAsync(Count, ("Code", "PAIN"), ("Quantity", "2"));
        (_browser.Status, Value("Code"), Value("Quantity")).ShouldBe((HttpStatusCode.TooManyRequests, "PAIN", "2"));
        _browser.Words.ShouldContain("Trop de passages en même temps");
        await _browser.PostAsync(Count + "/appliquer", ("Count", _host.Services.Counting.List!.CountId.ToString()), ("Version", "0"));
        _browser.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        _host.Services.Counting.List!.Status.ShouldBe("open");
    }

    [Fact]
    public async Task A_closed_list_takes_nothing_and_says_so_and_an_abandoned_one_changes_nothing()
    {
        await BeginAsync();
        var count = _host.Services.Counting.List!.CountId.ToString();
        await _browser.SubmitAsync(Count + "/abandon");
        (await _browser.FollowAsync()).Words.ShouldContain("Liste abandonnée, le stock n'a pas changé");
        await _browser.PostAsync(Count, ("Count", count), ("Key", "k"), ("Code", "PAIN"));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Words.ShouldContain("PAIN n'est pas dans le comptage : la liste est close");
        (await _browser.OpenAsync($"{Count}/{count}")).Words.ShouldContain("Liste abandonnée");
        _browser.Page.QuerySelector(".compared").ShouldBeNull("nothing of it was taken over");
        (await _browser.OpenAsync($"{Count}/{Guid.NewGuid()}")).Status.ShouldBe(HttpStatusCode.NotFound);
        await _browser.PostAsync(Count, ("Count", count), ("Code", " "));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    private async Task BeginAsync()
    {
        await _browser.OpenAsync(Count);
        await _browser.SubmitAsync(Count + "/debut");
        await _browser.FollowAsync();
    }

    private async Task ScanAsync(string code, string quantity = "")
    {
        await _browser.SubmitAsync(Count, ("Code", code), ("Quantity", quantity));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther, _browser.Words);
        await _browser.FollowAsync();
    }

    private async Task RowAsync(params (string Name, string Value)[] pressed)
    {
        await _browser.SubmitAsync(_browser.Page.QuerySelector(".counted-row form")!.GetAttribute("action")!, pressed);
        if (_browser.Status == HttpStatusCode.SeeOther)
        {
            await _browser.FollowAsync();
        }
    }

    private string Value(string field) => ((IHtmlInputElement)_browser.Page.QuerySelector($"form[data-count] input[name={field}]")!).Value;
}
