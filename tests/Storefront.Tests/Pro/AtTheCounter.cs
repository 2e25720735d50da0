using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A member of staff, without script: only links and forms.</summary>
public abstract class AtTheCounter(AccountsHost host) : IClassFixture<AccountsHost>, IAsyncLifetime
{
    private protected const string Board = "/pro/boulangerie";
    private protected readonly AccountsHost _host = host;
    private protected Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.BeginAgainAsync();
        await SignInAsync("staff");
    }

    /// <summary>Somebody else sits down at the counter, or the same person on another day.</summary>
    private protected async Task SignInAsync(string role)
    {
        _browser?.Dispose();
        _browser = await OtherAsync(role);
    }

    /// <summary>Somebody else, at a screen of their own.</summary>
    private protected async Task<Browser> OtherAsync(string role = "staff")
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member(role, "boulangerie");
        return await _host.SignedInAsync(email);
    }

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected DateTimeOffset Now => _host.Clock.GetUtcNow();

    private protected ShopOrderCard Has(ShopOrderCard order) => _host.Services.Orders[order.OrderId] = order;

    private protected string Column(string name) => Browser.WordsOf(_browser.Page.QuerySelector(".column-" + name));
}
