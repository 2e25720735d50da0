using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>A person's browser without script: pages, links and forms as they stand in the page. Redirects are followed on request, so that tests see them.</summary>
internal sealed class Browser(HttpClient http) : IDisposable
{
    private static readonly HtmlParser _parser = new();

    public HttpStatusCode Status { get; private set; }
    public string? Location { get; private set; }
    public string Text { get; private set; } = "";
    public IHtmlDocument Page => _parser.ParseDocument(Text);
    public HttpResponseMessage Last { get; private set; } = null!;

    /// <summary>What a reader sees, white space made plain.</summary>
    public string Words => WordsOf(Page.QuerySelector("main"));

    public static string WordsOf(INode? node) => Plain(string.Join(' ', node?.GetDescendants().OfType<IText>().Select(t => t.Data) ?? []));

    public static string Plain(string text) => string.Join(' ', text.Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public Task<Browser> OpenAsync(string path, string accept = "text/html") => SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", accept } } });

    public Task<Browser> PostAsync(string path, params (string Name, string Value)[] fields) => PostFromAsync(path, "same-origin", fields);

    public Task<Browser> PostFromAsync(string path, string site, params (string Name, string Value)[] fields) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        Headers = { { "Accept", "text/html" }, { "Sec-Fetch-Site", site }, { "Origin", site == "same-origin" ? "https://panier.example" : "https://ailleurs.panier.example" } },
    });

    /// <summary>Sends the form of this page that goes there, with its hidden fields and the ones typed.</summary>
    public Task<Browser> SubmitAsync(string action, params (string Name, string Value)[] typed)
    {
        var form = Page.QuerySelectorAll("form").OfType<IHtmlFormElement>().FirstOrDefault(f => f.GetAttribute("action") == action && f.GetAttribute("method") == "post")
            ?? throw new ShouldAssertException($"No form to {action} in: {Words}");
        var kept = form.QuerySelectorAll("input").OfType<IHtmlInputElement>().Where(i => i.Name is not null && typed.All(t => t.Name != i.Name) && (i.Type is not ("checkbox" or "radio") || i.IsChecked))
            .Select(i => (i.Name!, i.Value));
        return PostAsync(action, [.. kept, .. typed]);
    }

    public Task<Browser> FollowAsync() => OpenAsync(Location ?? throw new ShouldAssertException($"No redirect: {Status}"));

    public Task<Browser> SignInAsync(string email, string password, string? back = null) =>
        PostAsync("/compte/connexion", ("Email", email), ("Password", password), ("Retour", back ?? ""));

    public async Task<Browser> SendAsync(HttpRequestMessage request)
    {
        Last = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Status = Last.StatusCode;
        Location = Last.Headers.Location?.OriginalString;
        Text = await Last.Content.ReadAsStringAsync();
        return this;
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Cookies as a browser keeps them.</summary>
internal sealed class CookieJar : DelegatingHandler
{
    private readonly CookieContainer _cookies = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_cookies.GetCookieHeader(request.RequestUri!) is { Length: > 0 } header)
        {
            request.Headers.Add("Cookie", header);
        }
        var response = await base.SendAsync(request, cancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            _cookies.SetCookies(request.RequestUri!, cookie);
        }
        return response;
    }
}
