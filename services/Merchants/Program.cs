using Marketplace.EventStore;
using Marketplace.Merchants;
using Marketplace.Merchants.Addresses;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Joining;
using Marketplace.Merchants.People;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.ServiceDefaults.Shops;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("merchants", PublicGeocoder.Url);
builder.AddCallerLimits();
builder.AddDatabase(typeof(Program).Assembly);
builder.AddBus("merchants", bus =>
{
    bus.AddConsumer<BookSlotsConsumer>();
    bus.AddConsumer<ConfirmSlotsConsumer>();
    bus.AddConsumer<ReleaseSlotsConsumer>();
    bus.AddConsumer<AssortmentConsumer>();
    bus.AddConsumer<ApiKeyUseConsumer>();
});
builder.Services.AddEventLog(MerchantsPublications.Facts, log => log
    .Publication<MerchantsPublications>()
    .DueWork<OverdueHolds>()
    .DueWork<PickupOutlook>()
    .DueWork<MovedDeadlines>());
builder.Services.AddSingleton<LocalDirectory>()
    .AddSingleton<IShopDirectory>(s => s.GetRequiredService<LocalDirectory>())
    .AddHostedService(s => s.GetRequiredService<LocalDirectory>())
    .AddHostedService<StartingWork>()
    .AddSingleton<DirectoryChanges>()
    .AddSingleton<SlotBooking>()
    .AddSingleton<SlotSettling>()
    .AddSingleton<SlotOccupancy>()
    .AddSingleton<ShopViews>()
    .AddSingleton<Applications>()
    .AddSingleton(PublicGeocoder.Create);

var app = builder.Build();
app.MapServiceDefaults();
app.MapApi().MapTowns().MapShops().MapDetails().MapHours().MapSlots().MapApiKeys().MapStaff().MapCoordinators().MapAssistance().MapApplications().MapAddresses().MapSuspensions().MapLetters();
app.Run();
