using Marketplace.ServiceDefaults;
using Marketplace.Storefront;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Coordination;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Merchants;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("storefront", StorefrontSettings.Required);
builder.AddDatabase(typeof(Program).Assembly);
builder.AddBus("storefront", bus => bus.AddPageCacheConsumer());
builder.AddServiceClients();
builder.AddPages();
builder.AddResidents();
builder.AddAccounts();
builder.AddPro();

var app = builder.Build();
app.UsePages();
app.MapServiceDefaults();
app.UseTroublePages();
app.Services.GetRequiredService<Assets>().Map(app);
app.MapResidents();
app.MapAccounts();
app.MapPro();
app.MapCoordination();
app.MapNotFoundPage();
app.Run();

public partial class Program;
