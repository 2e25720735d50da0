using Marketplace.EventStore;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering;

internal static class Ordering
{
    internal static WebApplicationBuilder AddOrdering(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json => 
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, OrderingJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, PlaceOrderJson.Default);
        });
        services.AddEventLog(OrderEventTypes.Create(), log => log
            .Publication<OrderPublications>()
            .Projection<OrderTables>()
            .DueWork<OrderDeadlines>()
            .Follower<OrderWaits>()
            .Follower<ShopOrderFeed>());
        services.AddSingleton<OrderLog>().AddSingleton<OrderRequests>().AddSingleton<OrderAnswers>().AddSingleton<PlaceOrder>().AddSingleton<PlaceOrderRules>()
            .AddSingleton<Contacts>().AddSingleton<AccessTokens>().AddSingleton<ShopOrders>().AddSingleton<WrongCodes>().AddSingleton<OrderingMetrics>();
        return builder;
    }
}
