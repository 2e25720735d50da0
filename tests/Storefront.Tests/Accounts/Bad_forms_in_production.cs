using System.Net;
using System.Text;
using AngleSharp.Html.Parser;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>The storefront as it is deployed, on its real server and in the environment Production: what cannot be read is a page in the reader's language.</summary>
public sealed class Bad_forms_in_production(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Theory]
    [InlineData("ten megabytes", 413, "Cet envoi est trop volumineux", "This is too large to send")]
    [InlineData("no form", 415, "Cette demande est arrivée illisible", "This request arrived unreadable")]
    [InlineData("cut off", 400, "Cette demande est arrivée illisible", "This request arrived unreadable")]
    public async Task Are_a_page_that_says_so(string what, int status, string french, string english)
    {
        await using var app = host.Start([.. Keys_at_rest.Live("Production"), (Keys_at_rest.Setting, Keys_at_rest.New()), ("urls", "http://127.0.0.1:0")]);
        app.UseKestrel(0);
        app.StartServer();
        using var client = app.CreateClient();
        foreach (var (language, title) in new[] { ("fr", french), ("en", english) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/vienne/commander") { Content = Content(what), Headers = { { "Accept", "text/html,application/xhtml+xml,*/*;q=0.8" }, { "Accept-Language", language } } };
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe((HttpStatusCode)status);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
            var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            page.DocumentElement.GetAttribute("lang").ShouldBe(language);
            page.QuerySelector("main h1")!.TextContent.Trim().ShouldBe(title);
        }
    }

    private static ByteArrayContent Content(string what)
    {
        var (type, body) = what switch
        {
            "ten megabytes" => ("application/x-www-form-urlencoded", "nom=" + new string('x', 10_000_000)),
            "no form" => ("text/plain", "nom=Claire"),
            _ => ("multipart/form-data; boundary=cut", "--cut\r\nContent-Disposition: form-data; name=\"nom\"\r\n\r\nClai"),
        };
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
