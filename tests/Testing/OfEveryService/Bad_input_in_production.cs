using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marketplace.Testing.OfEveryService;

/// <summary>
/// What cannot be read, sent to every call of a service that takes JSON: the right status, a stable type, a sentence in the caller's language, and no effect.
/// A call that is added is tried too.
/// </summary>
public abstract partial class Bad_input_in_production
{
    private static readonly Dictionary<string, (int Status, string French, string English)> Sentences = new()
    {
        ["malformed"] = (400, "La demande n’est pas lisible : vérifiez sa forme.", "The request cannot be read: check its shape."),
        ["not-found"] = (404, "Il n’y a rien à cette adresse.", "There is nothing at this address."),
        ["method-not-allowed"] = (405, "Cette adresse ne sait pas faire cela.", "This address cannot do that."),
        ["too-large"] = (413, "L’envoi est trop volumineux : faites-en plusieurs plus petits.", "The request is too large: send several smaller ones."),
        ["unsupported-media-type"] = (415, "Ce type de contenu n’est pas accepté ici : envoyez du JSON.", "This type of content is not accepted here: send JSON."),
    };

    /// <summary>The running service, with something of each kind in it that addresses can name.</summary>
    protected abstract Task<ServiceInProduction> StartAsync();

    /// <summary>The value of a route's parameter that names something there is.</summary>
    protected abstract string ValueOf(string parameter);

    /// <summary>Grows with whatever a call may write.</summary>
    protected abstract Task<long> RowsAsync();

    /// <summary>An address whose query or path holds a value of the wrong type.</summary>
    protected abstract string AddressWithAWrongValue { get; }

    [Fact]
    public async Task What_cannot_be_read_is_told_so_in_the_callers_language_and_does_nothing()
    {
        await using var service = await StartAsync();
        var before = await RowsAsync();
        var wrong = new List<string>();
        foreach (var (method, route, address, body) in service.Calls(ValueOf).Where(c => c.Body is not null))
        {
            foreach (var (what, code, content) in Unreadable(body!.IsOptional))
            {
                foreach (var language in new[] { "fr", "en-GB,en;q=0.8" })
                {
                    using var request = new HttpRequestMessage(method, address) { Content = content() };
                    wrong.AddRange(await ComplaintsAsync(service.Client, request, code, language, $"{method} {route}, {what}"));
                }
            }
        }

        wrong.ShouldBeEmpty();
        (await RowsAsync()).ShouldBe(before, "nothing was written");
    }

    // Each member of each body in turn is of a kind that it cannot be: a list of lists, or a number for what has members of its own.
    [Fact]
    public async Task Whatever_is_of_another_kind_is_named_with_what_it_should_be()
    {
        await using var service = await StartAsync();
        var before = await RowsAsync();
        var wrong = new List<string>();
        var tried = 0;
        foreach (var (method, route, address, body) in service.Calls(ValueOf))
        {
            foreach (var member in MembersOf(body?.RequestType))
            {
                var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
                using var request = new HttpRequestMessage(method, address) { Content = Json($$"""{"{{name}}":{{(IsShape(member.PropertyType) ? "12" : "[[[]]]")}}}""") };
                using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
                var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                tried++;
                if (answer.StatusCode != HttpStatusCode.BadRequest || !(JsonDocument.Parse(text).RootElement is var problem && problem.TryGetProperty("fields", out var fields))
                    || !fields[0].GetString()!.StartsWith(name, StringComparison.Ordinal) || !problem.GetProperty("detail").GetString()!.Contains($"{name}", StringComparison.Ordinal)
                    || !problem.GetProperty("detail").GetString()!.Contains(" doit être ", StringComparison.Ordinal) || InsideForm().IsMatch(text))
                {
                    wrong.Add($"{method} {route} {name}: {(int)answer.StatusCode} {text}");
                }
            }
        }

        wrong.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(5);
        (await RowsAsync()).ShouldBe(before, "nothing was written");
    }

    private static IEnumerable<PropertyInfo> MembersOf(Type? body) =>
        body is null || body.IsAssignableTo(typeof(System.Collections.IEnumerable)) || body.Namespace?.StartsWith("Marketplace.Contracts", StringComparison.Ordinal) != true ? []
            : body.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && body.GetConstructors().Any(c => c.GetParameters().Any(a => a.Name == p.Name)));

    // A list of lists is no list of anything that is sent; a dictionary or an object is neither.
    private static bool IsShape(Type type) => type.IsClass && type != typeof(string) && !type.IsAssignableTo(typeof(System.Collections.IEnumerable)) || type.Name.Contains("Dictionary", StringComparison.Ordinal);

    [GeneratedRegex(@"System\.|Marketplace\.|Nullable|BytePosition|\$\.|`\d")]
    private static partial Regex InsideForm();

    [Fact]
    public async Task Ten_megabytes_are_told_to_be_too_many_whether_announced_or_not()
    {
        await using var service = await StartAsync();
        var before = await RowsAsync();
        var wrong = new List<string>();
        var ten = Encoding.ASCII.GetBytes('"' + new string('x', 10_000_000) + '"');
        foreach (var (method, route, address, _) in service.Calls(ValueOf).Where(c => c.Body is not null))
        {
            foreach (var announced in new[] { true, false })
            {
                using var request = new HttpRequestMessage(method, address) { Content = new ByteArrayContent(ten) { Headers = { ContentType = new("application/json") } } };
                request.Headers.TransferEncodingChunked = !announced;
                wrong.AddRange(await ComplaintsAsync(service.Client, request, "too-large", announced ? "fr" : "en", $"{method} {route}, announced: {announced}"));
            }
        }

        wrong.ShouldBeEmpty();
        (await RowsAsync()).ShouldBe(before, "nothing was written");
    }

    // A server waits five seconds for what a caller announced and does not send; what has come, a space, is the beginning of any JSON.
    [Fact]
    public async Task What_does_not_arrive_is_told_to_be_too_slow()
    {
        await using var service = await StartAsync();
        var before = await RowsAsync();
        var (method, _, address, _) = service.Calls(ValueOf).First(c => c.Body is { IsOptional: false });
        foreach (var (language, sentence) in new[] { ("fr", "L’envoi a pris trop de temps : recommencez."), ("en", "The request took too long to arrive: send it again.") })
        {
            using var caller = new TcpClient();
            await caller.ConnectAsync(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
            await caller.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"{method} {address} HTTP/1.1\r\nHost: panier.example\r\nAuthorization: {service.Client.DefaultRequestHeaders.Authorization}\r\nAccept-Language: {language}\r\n" +
                "Content-Type: application/json\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n "), TestContext.Current.CancellationToken);
            var text = await WhatCameAsync(caller.GetStream());
            text.ShouldStartWith("HTTP/1.1 408 ");
            var problem = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..(text.LastIndexOf('}') + 1)]).RootElement;
            (problem.GetProperty("type").GetString(), problem.GetProperty("detail").GetString()).ShouldBe((ServiceDefaults.Refusal.TypePrefix + "too-slow", sentence));
        }

        (await RowsAsync()).ShouldBe(before, "nothing was written");
    }

    // The connection of a caller who still owes something is not closed politely.
    private static async Task<string> WhatCameAsync(NetworkStream answer)
    {
        var came = new StringBuilder();
        var some = new byte[4096];
        try
        {
            while (await answer.ReadAsync(some, TestContext.Current.CancellationToken) is > 0 and var read)
            {
                came.Append(Encoding.UTF8.GetString(some, 0, read));
            }
        }
        catch (IOException)
        {
            // Cut off behind the answer.
        }

        return came.ToString();
    }

    [Fact]
    public async Task Addresses_methods_and_values_that_are_none_are_told_so()
    {
        await using var service = await StartAsync();
        var wrong = new List<string>();
        foreach (var language in new[] { "fr", "en" })
        {
            foreach (var (method, address, code) in new[]
            {
                (HttpMethod.Get, "/api/v1/nothing/here", "not-found"), (HttpMethod.Get, "/", "not-found"), (HttpMethod.Get, AddressWithAWrongValue, "malformed"),
                (HttpMethod.Patch, service.Calls(ValueOf).First().Address, "method-not-allowed"),
            })
            {
                // Whatever the caller would rather have: a refusal is a problem document.
                foreach (var accept in new[] { "*/*", "text/csv", "text/html,application/xhtml+xml" })
                {
                    using var request = new HttpRequestMessage(method, address);
                    request.Headers.Accept.ParseAdd(accept);
                    wrong.AddRange(await ComplaintsAsync(service.Client, request, code, language, $"{method} {address} for {accept}"));
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static IEnumerable<(string What, string Code, Func<HttpContent> Content)> Unreadable(bool optional)
    {
        yield return ("cut off", "malformed", () => Json("{"));
        yield return ("no JSON", "malformed", () => Json("{'town':oullins}"));
        yield return ("another type", "malformed", () => Json("\"text\""));
        yield return ("a number", "malformed", () => Json("12"));
        yield return ("not UTF-8", "malformed", () => new ByteArrayContent([0x7b, 0xff, 0xfe, 0x7d]) { Headers = { ContentType = new("application/json") } });
        yield return ("a form", "unsupported-media-type", () => new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded"));
        yield return ("text", "unsupported-media-type", () => new StringContent("{}", Encoding.UTF8, "text/plain"));
        if (!optional)
        {
            yield return ("nothing", "malformed", () => Json(""));
            yield return ("null", "malformed", () => Json("null"));
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<IEnumerable<string>> ComplaintsAsync(HttpClient client, HttpRequestMessage request, string code, string language, string what)
    {
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var (status, french, english) = Sentences[code];
        if (answer.StatusCode != (HttpStatusCode)status || answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return [$"{what}: {(int)answer.StatusCode} {answer.Content.Headers.ContentType} {text}"];
        }

        var problem = JsonDocument.Parse(text).RootElement;
        var expected = language.StartsWith("en", StringComparison.Ordinal) ? english : french;
        // Of what cannot be read, more is said where more is known; never what things are called inside.
        var known = code == "malformed" ? expected[..(expected.IndexOf(':', StringComparison.Ordinal))].TrimEnd() : expected;
        return problem.GetProperty("type").GetString() == ServiceDefaults.Refusal.TypePrefix + code && problem.TryGetProperty("detail", out var detail)
            && (detail.GetString() == expected || (known != expected && detail.GetString()!.StartsWith(known + ". ", StringComparison.Ordinal))) && !InsideForm().IsMatch(text)
            ? []
            : [$"{what}: {text}"];
    }
}
