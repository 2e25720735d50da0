using Marketplace.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("ordering");

var app = builder.Build();
app.MapServiceDefaults();
app.Run();
