using System.Net;
using Marketplace.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Catalog.Tests;

/// <summary>Addresses that a merchant chooses lead to the public internet or nowhere.</summary>
public sealed class Calling_outside : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private WebApplication _inside = null!;
    private int _heard;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _inside = builder.Build();
        _inside.Run(async context =>
        {
            Interlocked.Increment(ref _heard);
            if (context.Request.Path == "/elsewhere")
            {
                context.Response.Redirect("/secret");
                return;
            }

            await context.Response.WriteAsync("secret");
        });
        await _inside.StartAsync(Token);
    }

    public ValueTask DisposeAsync() => _inside.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("127.0.0.1.")]
    public async Task A_private_address_is_never_connected_to_however_it_is_written(string host)
    {
        using var client = new HttpClient(PublicAddressHandler.Create());

        var refused = await Should.ThrowAsync<HttpRequestException>(client.GetAsync($"http://{host}:{new Uri(_inside.Urls.First()).Port}/secret", Token));

        (PrivateAddressException.IsBehind(refused) || host.EndsWith('.')).ShouldBeTrue(refused.ToString()); // a literal with a dot is no name that resolves
        _heard.ShouldBe(0);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_nor_a_proxy_asked()
    {
        var handler = PublicAddressHandler.Create(allowPrivate: true);
        (handler.UseProxy, handler.UseCookies).ShouldBe((false, false));
        using var client = new HttpClient(handler);

        (await client.GetAsync(_inside.Urls.First() + "/elsewhere", Token)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        _heard.ShouldBe(1);
    }

    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::7f00:1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Which_addresses_are_public(string address, bool expected) => PublicAddressHandler.IsPublic(IPAddress.Parse(address)).ShouldBe(expected);

    [Theory]
    [InlineData("https://stock.example.org/api", null)]
    [InlineData(" https://stock.example.org:8443/api ", null)]
    [InlineData("http://stock.example.org/api", AddressFault.NotHttps)]
    [InlineData("https://moi:secret@stock.example.org/api", AddressFault.WithCredentials)]
    [InlineData("https://stock.example.org/api#ici", AddressFault.Unreadable)]
    [InlineData("ftp://stock.example.org/", AddressFault.Unreadable)]
    [InlineData("stock.example.org", AddressFault.Unreadable)]
    [InlineData("", AddressFault.Unreadable)]
    [InlineData(null, AddressFault.Unreadable)]
    [InlineData("https://localhost/", AddressFault.Private)]
    [InlineData("https://[::1]/", AddressFault.Private)]
    [InlineData("https://3232235777/", AddressFault.Private)]
    [InlineData("https://[::ffff:c0a8:101]/", AddressFault.Private)]
    public void What_is_wrong_is_told_as_it_is_typed(string? typed, AddressFault? fault) => PublicAddressHandler.FaultOf(typed).ShouldBe(fault);

    [Fact]
    public void In_development_alone_a_setting_opens_the_own_machine()
    {
        PublicAddressHandler.FaultOf("http://127.0.0.1:8080/", allowPrivate: true).ShouldBeNull();
        PublicAddressHandler.FaultOf("http://moi:secret@127.0.0.1:8080/", allowPrivate: true).ShouldBe(AddressFault.WithCredentials);
    }
}
