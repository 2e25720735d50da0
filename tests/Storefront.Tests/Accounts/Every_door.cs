using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Tests.Pro;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>
/// Every address of the storefront, from the route table: whom it lets in without asking who they are, whom only signed in, whom only as the operator.
/// An address that is not listed here fails. What is a shop's alone is in <see cref="Access_to_the_counter"/>.
/// </summary>
public sealed partial class Every_door(AccountsHost host) : IClassFixture<AccountsHost>
{
    private static readonly string[] Open =
    [
        "ANY /live", "ANY /ready", "GET /openapi/{documentName}.json", "GET /s/{version}/theme-{accent}.css", "GET /s/{version}/{**name}", "GET /dessins/{key}.svg",
        "GET /sw.js", "GET /favicon.ico", "GET /robots.txt", "GET /", "GET /images/{**path}", "GET /aide/classement", "GET /.well-known/jwks.json", "ANY {*path}",
        "GET /{town}", "GET /{town}/boutiques", "GET /{town}/boutiques/{shop}", "GET /{town}/produits", "GET /{town}/produits/{offer:guid}/{slug?}", "GET /{town}/rayons", "POST /{town}/vus",
        "GET /{town}/suggestions", "GET /{town}/panier", "GET /{town}/panier/nombre", "POST /{town}/panier/ajouter", "POST /{town}/panier/ligne", "POST /{town}/panier/remettre", "GET /{town}/commander",
        "POST /{town}/commander", "POST /{town}/commander/reprendre", "GET /{town}/mentions-legales", "GET /{town}/conditions", "GET /{town}/confidentialite",
        "GET /{town}/accessibilite", "GET /{town}/rejoindre", "POST /{town}/rejoindre", "GET /{town}/conditions-commercants",
        "GET /commandes/{order:guid}", "GET /commandes/{order:guid}/annuler", "POST /commandes/{order:guid}/annuler", "GET /commandes/{order:guid}/agenda.ics", "GET /commandes/{order:guid}/payer", "GET /commandes/{order:guid}/retour",
        "POST /commandes/{order:guid}/recommencer", "POST /commandes/{order:guid}/manque/{proposal:guid}", "GET /commandes/{order:guid}/retractation", "POST /commandes/{order:guid}/retractation", "POST /commandes/{order:guid}/retractation/articles", "GET /commandes/{order:guid}/retractation/recue",
        "GET /compte/connexion", "POST /compte/connexion", "POST /compte/deconnexion", "GET /compte/inscription", "POST /compte/inscription",
        "GET /compte/inscription/suite", "GET /compte/confirmation", "POST /compte/confirmation", "GET /compte/mot-de-passe-oublie", "POST /compte/mot-de-passe-oublie",
        "GET /compte/mot-de-passe-oublie/suite", "GET /compte/nouveau-mot-de-passe", "POST /compte/nouveau-mot-de-passe", "POST /compte/cles/options-connexion",
        "POST /compte/cles/connexion", "GET /compte/nouvelle-adresse", "POST /compte/nouvelle-adresse",
    ];

    private static readonly string[] SignedIn =
    [
        "GET /compte", "POST /compte/nom", "POST /compte/mot-de-passe", "POST /compte/adresse", "GET /compte/commandes", "GET /compte/donnees", "GET /compte/suppression",
        "POST /compte/suppression", "POST /compte/cles/options-creation", "POST /compte/cles/ajout", "GET /compte/cles/retrait", "POST /compte/cles/retrait", "GET /pro",
        "GET /coordination", "GET /coordination/{town}/argent", "GET /coordination/{town}/argent/ecarts", "POST /coordination/{town}/demandes/{shop}", "GET /coordination/{town}/boutiques/{shop}/suspension", "POST /coordination/{town}/boutiques/{shop}/suspension", "POST /coordination/{town}/boutiques/{shop}/reprise",
    ];

    private const string OfOneShop = " /pro/{shop}";

    private static readonly string[] Operator = ["PUT /api/v1/people"];

    [Fact]
    public void Is_listed_with_whom_it_lets_in()
    {
        var doors = Routes().ToLookup(
            r => r.Metadata.GetMetadata<AccessRule>() is not null ? "operator" : r.Metadata.GetMetadata<IAuthorizeData>() is not null && r.Metadata.GetMetadata<IAllowAnonymous>() is null ? "signed in" : "open",
            Names);
        doors["open"].SelectMany(n => n).ShouldBe(Open, ignoreOrder: true);
        doors["signed in"].SelectMany(n => n).Where(n => !n.Contains(OfOneShop, StringComparison.Ordinal)).ShouldBe(SignedIn, ignoreOrder: true);
        doors["operator"].SelectMany(n => n).ShouldBe(Operator, ignoreOrder: true);
    }

    [Fact]
    public async Task That_asks_who_one_is_sends_a_visitor_to_sign_in()
    {
        using var browser = host.Browser();
        foreach (var door in SignedIn)
        {
            var (method, path) = (door.Split(' ')[0], door.Split(' ')[1]);
            await (method == "GET" ? browser.OpenAsync(path) : browser.PostAsync(path, ("Name", "Intrus")));
            browser.Status.ShouldBe(HttpStatusCode.Redirect, door);
            browser.Location!.ShouldContain("/compte/connexion", Case.Sensitive, door);
        }
    }

    [Theory]
    [InlineData("visitor", HttpStatusCode.Unauthorized), InlineData("resident", HttpStatusCode.Forbidden), InlineData("owner", HttpStatusCode.Forbidden), InlineData("coordinator", HttpStatusCode.Forbidden)]
    [InlineData("false operator", HttpStatusCode.Unauthorized), InlineData("operator", HttpStatusCode.Created)]
    public async Task To_making_people_opens_to_the_operator_alone(string who, HttpStatusCode expected)
    {
        var made = $"{who.Replace(' ', '-')}@demo.example";
        using var browser = who is "visitor" or "operator" or "false operator" ? host.Browser() : await PersonAsync(who);
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/people")
        {
            Content = JsonContent.Create(new { email = made, password = AccountsHost.Password, name = "Démo", language = "fr" }),
            Headers = { { "Sec-Fetch-Site", "same-origin" }, { "Origin", "https://panier.example" } },
        };
        if (who.EndsWith("operator", StringComparison.Ordinal))
        {
            request.Headers.Add("Authorization", who == "operator" ? "Bearer op_tests" : "Bearer op_guess");
        }
        await browser.SendAsync(request);
        browser.Status.ShouldBe(expected, browser.Text);
        (await host.ScalarAsync<long>($"select count(*) from people where email = '{made}'")).ShouldBe(expected == HttpStatusCode.Created ? 1 : 0);
    }

    private IEnumerable<RouteEndpoint> Routes() => host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static IEnumerable<string> Names(RouteEndpoint route) =>
        (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m => $"{m} {Pattern().Replace(route.RoutePattern.RawText!, "}")}").Select(n => n.EndsWith(" /", StringComparison.Ordinal) ? n : n.TrimEnd('/'));

    // What a value must look like is not what this is about.
    [GeneratedRegex(@":regex\(.*?\$\)\}")]
    private static partial Regex Pattern();

    private async Task<Browser> PersonAsync(string who)
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = who switch { "owner" => ProSamples.Member("owner", "boulangerie"), "coordinator" => new([], ["vienne"]), _ => new([], []) };
        return await host.SignedInAsync(email);
    }
}
