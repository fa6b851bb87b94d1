from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_who_ended_an_alert'),
    ]

    operations = [
        migrations.AddField(
            model_name='note',
            name='is_closed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='visit',
            name='is_closed',
            field=models.BooleanField(default=False),
        ),
    ]
