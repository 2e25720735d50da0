using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>A guest keeps nothing but the confirmation's mail: its link opens the order, on any device.</summary>
public sealed partial class By_its_mail(DemoPlatform platform)
{
    [Theory]
    [InlineData(360, true, "Mila Lien-Du-Mail")]
    [InlineData(1280, false, "Noé Autre-Appareil")]
    public async Task A_guest_opens_the_order_on_another_device_and_cancels_it_there(int width, bool javaScript, string resident)
    {
        var page = await platform.OpenAsync();
        await Reserving.FillAsync(page, await platform.OffersOfShopsAsync(1), resident);
        await Reserving.PressAsync(page);
        var code = await Reserving.CodeAsync(page);
        var (text, html) = await MailWithAsync(code);
        var link = OrderLink().Matches(text).Select(m => m.Value).Distinct().ShouldHaveSingleItem("the mail has one way to the order");
        WebUtility.HtmlDecode(html).ShouldContain($"href=\"{link}\"", Case.Sensitive, "its button leads where its text does");

        var elsewhere = await platform.OpenAsync(width, 900, javaScript); // a browser that never saw the site
        await elsewhere.GotoAsync(link);
        await Assertions.Expect(elsewhere.Locator(".code")).ToHaveTextAsync(code);
        await Assertions.Expect(elsewhere.Locator("main")).ToContainTextAsync("ana@example.org");
        await elsewhere.GetByRole(AriaRole.Link, new() { Name = "Annuler la commande" }).ClickAsync();
        await elsewhere.Locator("form[action$='/annuler'] button").ClickAsync();
        await Assertions.Expect(elsewhere.Locator("h1")).ToContainTextAsync("annulée");
    }

    private async Task<(string Text, string Html)> MailWithAsync(string code)
    {
        using var http = new HttpClient();
        return await Eventually.GetAsync(
            async () =>
            {
                using var mails = JsonDocument.Parse(await http.GetStringAsync(platform.At.Mail + "/api/mails?to=ana@example.org"));
                return mails.RootElement.EnumerateArray().Select(m => (Text: m.GetProperty("text").GetString()!, Html: m.GetProperty("html").GetString()!))
                    .FirstOrDefault(m => m.Text.Contains(code, StringComparison.Ordinal));
            },
            mail => mail.Text is not null, TimeSpan.FromSeconds(20));
    }

    [GeneratedRegex(@"https?://\S+/commandes/[0-9a-f-]{36}\?\S+")]
    private static partial Regex OrderLink();
}
