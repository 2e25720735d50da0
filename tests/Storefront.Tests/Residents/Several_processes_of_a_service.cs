using System.Net;
using Marketplace.Storefront.Clients;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>A service that runs more than once: all share the work, and one that goes away is not noticed.</summary>
public sealed class Several_processes_of_a_service : IDisposable
{
    private readonly List<string> _reached = [];
    private readonly Dictionary<string, HttpRequestError> _failing = [];
    private readonly Accounts.MovableClock _clock = new();
    private readonly HttpMessageInvoker _client;

    public Several_processes_of_a_service()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Services:ordering", (string?)"http://one:1; http://two:2/;http://three:3")]).Build();
        var addresses = new ServiceAddresses(configuration, _clock);
        addresses.BaseOf("ordering").ShouldBe(new Uri("http://one:1/api/v1/"));
        _client = new HttpMessageInvoker(new Replicas(addresses, "ordering") { InnerHandler = new Line(this) });
    }

    [Fact]
    public async Task Are_asked_in_turn_with_the_same_path()
    {
        for (var i = 0; i < 6; i++)
        {
            await SendAsync(HttpMethod.Get);
        }
        _reached.Order().ShouldBe(["http://one:1/api/v1/orders?a=b", "http://one:1/api/v1/orders?a=b", "http://three:3/api/v1/orders?a=b", "http://three:3/api/v1/orders?a=b", "http://two:2/api/v1/orders?a=b", "http://two:2/api/v1/orders?a=b"]);
    }

    [Theory]
    [InlineData("GET"), InlineData("POST")]
    public async Task One_out_of_reach_is_passed_over_for_every_call_and_left_out_for_a_while(string method)
    {
        _failing["two"] = HttpRequestError.ConnectionError;
        for (var i = 0; i < 9; i++)
        {
            (await SendAsync(new HttpMethod(method))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        _reached.Count(r => r.Contains("two", StringComparison.Ordinal)).ShouldBe(1);
        _failing.Clear();
        _clock.Ahead = TimeSpan.FromSeconds(6);
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(new HttpMethod(method));
        }
        _reached.Count(r => r.Contains("two", StringComparison.Ordinal)).ShouldBe(2, "it is back");
    }

    [Fact]
    public async Task A_write_that_broke_on_its_way_is_not_sent_again_unless_it_may_be()
    {
        _failing["one"] = _failing["two"] = _failing["three"] = HttpRequestError.ResponseEnded;
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(HttpMethod.Post));
        _reached.Count.ShouldBe(1);
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(HttpMethod.Post, mayRepeat: true));
        _reached.Count.ShouldBe(4);
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get));
        _reached.Count.ShouldBe(7, "when all are away, all are tried");
    }

    public void Dispose() => _client.Dispose();

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, bool mayRepeat = false)
    {
        var request = new HttpRequestMessage(method, "http://one:1/api/v1/orders?a=b");
        request.Options.Set(Replicas.MayRepeat, mayRepeat);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class Line(Several_processes_of_a_service test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._reached.Add(request.RequestUri!.AbsoluteUri);
            return test._failing.TryGetValue(request.RequestUri.Host, out var failure) ? throw new HttpRequestException(failure, "gone") : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
