using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Testing.OfEveryService;

/// <summary>A service's OpenAPI document against its route table: every call with its answers, its refusals and who may make it.</summary>
public abstract class Describing_itself
{
    private static readonly string[] Conditional = ["401", "403", "404", "413", "415"];

    protected abstract IServiceProvider Services { get; }

    protected abstract HttpClient Anonymous { get; }

    [Fact]
    public async Task Every_call_of_the_route_table_is_in_the_document_and_no_other() =>
        (await OperationsAsync()).Select(o => $"{o.Method} {o.Path}").ShouldBe(Endpoints().Select(e => $"{e.Method} {e.Path}"), ignoreOrder: true);

    [Fact]
    public async Task Every_call_says_who_may_make_it_and_with_which_scope()
    {
        var wrong = new List<string>();
        var operations = (await OperationsAsync()).ToDictionary(o => (o.Method, o.Path), o => o.Operation);
        foreach (var (method, path, endpoint) in Endpoints())
        {
            var operation = operations[(method, path)];
            var rule = endpoint.Metadata.GetRequiredMetadata<AccessRule>().Rule;
            var scopes = rule.Split(' ').Where(ApiKeys.Scopes.Contains).ToList();
            var told = operation.TryGetProperty("security", out var security)
                ? security.EnumerateArray().Single().GetProperty("bearer").EnumerateArray().Select(s => s.GetString()!).ToList()
                : null;
            var expected = rule == "anyone" ? null : scopes;
            if (operation.GetProperty("x-access").GetString() != rule || (told is null) != (expected is null) || (told is not null && !told.SequenceEqual(expected!))
                || !operation.GetProperty("description").GetString()!.Contains(rule == "anyone" ? "Open to all" : "For ", StringComparison.Ordinal))
            {
                wrong.Add($"{method} {path} ({rule}): {operation}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_shape_is_described_under_a_name_of_its_own()
    {
        var document = await Anonymous.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);
        var shapes = AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name!.StartsWith("Marketplace.", StringComparison.Ordinal)).SelectMany(a => a.GetTypes())
            .ToLookup(t => t.DeclaringType?.Name + t.Name, Members);
        var described = document.GetProperty("components").GetProperty("schemas").EnumerateObject().Where(s => s.Name is not ("Problem" or "ProblemDetails") && s.Value.TryGetProperty("properties", out _)).ToList();

        described.ShouldNotBeEmpty();
        described.Where(s => !shapes[s.Name].Contains(string.Join(' ', s.Value.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal))))
            .Select(s => s.Name).ShouldBeEmpty();

        static string Members(Type shape) => string.Join(' ', shape.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_call_has_its_answers_and_its_refusals_are_problems()
    {
        var wrong = new List<string>();
        foreach (var (method, path, operation) in await OperationsAsync())
        {
            var rule = operation.GetProperty("x-access").GetString();
            var answers = operation.GetProperty("responses").EnumerateObject().ToDictionary(r => r.Name, r => r.Value);
            var expected = new HashSet<string>();
            expected.UnionWith(rule == "anyone" ? ["401"] : ["401", "403"]);
            expected.UnionWith(path.Contains('{', StringComparison.Ordinal) ? ["404"] : []);
            expected.UnionWith(operation.TryGetProperty("requestBody", out _) ? ["413", "415"] : []);
            if (!answers.Keys.Any(s => s[0] == '2'))
            {
                wrong.Add($"{method} {path} has no answer when all goes well");
            }

            if (!expected.SetEquals(answers.Keys.Intersect(Conditional)))
            {
                wrong.Add($"{method} {path} tells {string.Join(' ', answers.Keys)}, expected with {string.Join(' ', expected)}");
            }

            var inPath = operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "path").Select(p => $"{{{p.GetProperty("name").GetString()}}}").ToList()
                : [];
            wrong.AddRange(path.Split('/').Where(s => s.StartsWith('{') && !inPath.Contains(s)).Select(s => $"{method} {path} does not describe {s}"));
            wrong.AddRange(answers.Where(a => a.Key[0] is '2' && a.Key != "204" && !HasShape(a.Value)).Select(a => $"{method} {path} {a.Key} has no shape"));
            wrong.AddRange(answers.Where(a => a.Key[0] is '4' or '5' && !IsProblem(a.Value)).Select(a => $"{method} {path} {a.Key} is no problem: {a.Value}"));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_call_that_asks_for_a_version_tells_the_header_its_refusal_and_where_the_version_comes_from()
    {
        var (wrong, asking, telling) = (new List<string>(), 0, 0);
        var operations = (await OperationsAsync()).ToDictionary(o => (o.Method, o.Path), o => o.Operation);
        foreach (var (method, path, endpoint) in Endpoints())
        {
            var operation = operations[(method, path)];
            var headers = operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "header").Select(p => p.GetProperty("name").GetString()!).ToList() : [];
            var answers = operation.GetProperty("responses").EnumerateObject().ToList();
            var conditional = headers.Any(h => h is "If-Match" or "If-None-Match");
            var tagged = answers.Where(a => a.Name[0] is '2').All(a => a.Value.TryGetProperty("headers", out var of) && of.TryGetProperty("ETag", out _));
            if (conditional != answers.Any(a => a.Name == "412") || !endpoint.Metadata.OfType<HeaderRead>().Select(h => h.Name).OrderBy(h => h, StringComparer.Ordinal).SequenceEqual(headers.OrderBy(h => h, StringComparer.Ordinal))
                || tagged != endpoint.Metadata.OfType<ETagAnswered>().Any())
            {
                wrong.Add($"{method} {path}: {string.Join(' ', headers)} {string.Join(' ', answers.Select(a => a.Name))}");
            }

            (asking, telling) = (asking + (conditional ? 1 : 0), telling + (tagged ? 1 : 0));
        }

        wrong.ShouldBeEmpty();
        asking.ShouldBeGreaterThan(0);
        telling.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Every_call_refuses_a_key_or_token_that_says_nobody_known_and_tells_so()
    {
        var operations = (await OperationsAsync()).ToDictionary(o => (o.Method, o.Path), o => o.Operation);
        var wrong = new List<string>();
        foreach (var (method, path, _) in Endpoints())
        {
            foreach (var credential in (string[])[ApiKeys.Create(), ApiKeys.Create(ApiKeys.OperatorPrefix), "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"])
            {
                using var answer = await AnswerAsync(method, path, credential);
                if (answer.StatusCode != HttpStatusCode.Unauthorized || !(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(Access.UnknownCredentials, StringComparison.Ordinal))
                {
                    wrong.Add($"{method} {path} answers {(int)answer.StatusCode} to {credential[..3]}…");
                }
            }

            var told = operations[(method, path)].GetProperty("responses");
            if (!told.TryGetProperty("401", out var refusal) || !refusal.GetProperty("description").GetString()!.Contains(Access.UnknownCredentials, StringComparison.Ordinal))
            {
                wrong.Add($"{method} {path} does not tell of it");
            }
        }

        wrong.ShouldBeEmpty();
    }

    // So many calls of somebody unknown that they have to wait now and then, like anybody's.
    private async Task<HttpResponseMessage> AnswerAsync(string method, string path, string credential)
    {
        using var client = Anonymous;
        while (true)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), string.Join('/', path.Split('/').Select(s => s.StartsWith('{') ? Guid.NewGuid().ToString() : s)))
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) },
                Content = method is "GET" or "DELETE" ? null : JsonContent.Create(Array.Empty<int>()),
            };
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests || answer.Headers.RetryAfter?.Delta is not { } wait)
            {
                return answer;
            }

            answer.Dispose();
            await Task.Delay(wait, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task The_bearer_scheme_and_the_problem_are_declared()
    {
        var components = (await DocumentAsync()).GetProperty("components");
        var scheme = components.GetProperty("securitySchemes").GetProperty("bearer");
        (scheme.GetProperty("type").GetString(), scheme.GetProperty("scheme").GetString()).ShouldBe(("http", "bearer"));
        foreach (var scope in ApiKeys.Scopes)
        {
            scheme.GetProperty("description").GetString()!.ShouldContain(scope);
        }

        components.GetProperty("schemas").GetProperty("Problem").GetProperty("required").EnumerateArray().Select(r => r.GetString()).ShouldBe(["type", "title", "status", "detail"], ignoreOrder: true);
    }

    private static bool HasShape(JsonElement answer) => answer.TryGetProperty("content", out var content) && content.EnumerateObject().Any()
        && content.EnumerateObject().All(c => c.Name == "text/event-stream" || c.Value.TryGetProperty("schema", out _));

    private static bool IsProblem(JsonElement answer) => answer.TryGetProperty("content", out var content)
        && content.EnumerateObject().Select(c => (c.Name, c.Value.GetProperty("schema").GetProperty("$ref").GetString())).SequenceEqual([("application/problem+json", "#/components/schemas/Problem")])
        && answer.GetProperty("description").GetString() is { Length: > 10 };

    private IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Endpoints() =>
        from endpoint in Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select (method, endpoint.RoutePattern.RawText!.Replace(":guid", "", StringComparison.Ordinal).TrimEnd('/'), endpoint);

    private async Task<IEnumerable<(string Method, string Path, JsonElement Operation)>> OperationsAsync() =>
        from path in (await DocumentAsync()).GetProperty("paths").EnumerateObject()
        where path.Name.StartsWith("/api/", StringComparison.Ordinal)
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name.TrimEnd('/'), operation.Value);

    private async Task<JsonElement> DocumentAsync()
    {
        using var client = Anonymous;
        return JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken)).RootElement;
    }
}
