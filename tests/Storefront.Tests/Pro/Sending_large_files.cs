using System.Net;
using System.Net.Http.Headers;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What a phone or a till makes weighs more than a form may; on the real server, which alone refuses a body for its size.</summary>
public sealed class Sending_large_files(AccountsHost host) : AtTheCounter(host)
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData("/import/fichier", "Fichier", "caisse.csv", "shops/boulangerie/imports?preview=true"), InlineData("/produits/fiche/PAIN/photo", "Photo", "IMG_1.jpg", "shops/boulangerie/offers/PAIN/photo")]
    public async Task Comes_in_whole(string place, string field, string name, string passedTo)
    {
        await using var counter = await OnTheRealServerAsync();
        using var answer = await counter.PostAsync(Board + place, File(field, name, 2 * Megabyte));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        _host.Services.AskedOf("catalog", passedTo).Single(a => a.Method is "POST" or "PUT").Body.Length.ShouldBe(2 * Megabyte);
    }

    [Fact]
    public async Task Comes_in_whole_with_the_product_that_is_being_made()
    {
        await using var counter = await OnTheRealServerAsync();
        var form = File("Photo", "IMG_1.jpg", 2 * Megabyte);
        foreach (var (field, value) in new[] { ("Title", "Pain de seigle"), ("Category", "pains"), ("Price", "4,20"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Sku", "SEIGLE"), ("Action", "liste") })
        {
            form.Add(new StringContent(value), field);
        }
        using var answer = await counter.PostAsync(Board + "/produits/nouveau", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        _host.Services.AskedOf("catalog", "shops/boulangerie/offers/SEIGLE/photo").Single().Body.Length.ShouldBe(2 * Megabyte);

        // More than anybody is told of beside the form is refused as it comes.
        using var beyond = await counter.PostAsync(Board + "/produits/nouveau", File("Photo", "IMG_1.jpg", 31 * Megabyte));
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        WebUtility.HtmlDecode(await beyond.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("trop volumineux");
    }

    [Fact]
    public async Task A_photo_larger_than_is_taken_is_told_so()
    {
        await using var counter = await OnTheRealServerAsync();
        using var answer = await counter.PostAsync(Board + "/produits/fiche/PAIN/photo", File("Photo", "IMG_1.jpg", 16 * Megabyte));
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        Browser.Plain(WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))).ShouldContain("Cette photo dépasse 15 Mo : réduisez-la, puis envoyez-la à nouveau.");
        _host.Services.AskedOf("catalog", "shops/boulangerie/offers/PAIN/photo").ShouldBeEmpty();
    }

    [Fact]
    public async Task Any_other_form_of_that_size_is_refused()
    {
        await using var counter = await OnTheRealServerAsync();
        using var answer = await counter.PostAsync(Board + "/produits/fiche/PAIN", new FormUrlEncodedContent([KeyValuePair.Create("Description", new string('x', 2 * Megabyte))]));
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var file = await counter.PostAsync(Board + "/produits/fiche/PAIN", File("Photo", "IMG_1.jpg", 2 * Megabyte));
        file.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    private async Task<Counter> OnTheRealServerAsync()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member("staff", "boulangerie");
        using var signedIn = await _host.SignedInAsync(email);
        // Its cookies are for https alone; here they are brought along.
        var cookies = string.Join("; ", signedIn.Last.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
        var app = _host.Start(("urls", "http://127.0.0.1:0"));
        app.UseKestrel(0);
        app.StartServer();
        return new Counter(app, cookies);
    }

    private static MultipartFormDataContent File(string field, string name, int bytes)
    {
        var whole = new byte[bytes];
        Array.Fill(whole, (byte)'x');
        var part = new ByteArrayContent(whole) { Headers = { ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{field}\"", FileName = $"\"{name}\"" } } };
        return new MultipartFormDataContent { part };
    }

    private sealed class Counter(WebApplicationFactory<Program> app, string cookies) : IAsyncDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = app.ClientOptions.BaseAddress };

        public Task<HttpResponseMessage> PostAsync(string path, HttpContent content) => _http.SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content,
            Headers = { { "Accept", "text/html" }, { "Sec-Fetch-Site", "same-origin" }, { "Cookie", cookies } },
        }, TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await app.DisposeAsync();
        }
    }
}
