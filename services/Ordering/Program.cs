using Marketplace.Ordering;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("ordering");
builder.AddDatabase(typeof(Program).Assembly);
builder.AddShopDirectory();
builder.AddOrdering();
builder.AddBus("ordering", bus =>
{
    bus.AddConsumer<ShopDirectoryConsumer>();
    bus.AddConsumer<OrderReplies>();
});

var app = builder.Build();
app.MapServiceDefaults();
app.MapApi().MapOrders().MapShopOrders();
app.Run();

public partial class Program;
